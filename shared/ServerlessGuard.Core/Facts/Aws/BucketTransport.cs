using ServerlessGuard.Policies;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// The Deny that refuses plain HTTP: <c>aws:SecureTransport</c> false, alone in its condition, for everyone, all of S3, on the bucket and
/// its objects. A Deny on s3:TlsVersion does not do it: the key is absent from a plain HTTP request.
/// </summary>
internal static class BucketTransport
{
    private const string Path = "supplementaryConfiguration.BucketPolicy.policyText";
    private const string AwsRefusesOldTls = "(AWS refuses TLS below 1.2 on every endpoint)";

    public static TransportFacts Read(Resource resource, Policy? policy, bool policyObserved)
    {
        var modern = Fact.True("service", AwsRefusesOldTls);
        if (policy is null)
        {
            var unknown = Fact.Unknown(Path, policyObserved ? "not a policy document" : "not in the item");
            return new TransportFacts(resource.Ref) { EncryptedOnly = unknown, ModernTlsOnly = modern };
        }

        var partition = Arn.TryParse(resource.Ref.Id, out var arn) ? arn.Partition : "aws";
        var bucket = $"arn:{partition}:s3:::{S3BucketReader.BucketName(resource)}";
        var denies = policy.Statements.Where(RefusesPlainHttp).ToList();
        var objects = denies.Exists(statement => statement.CoversResource(bucket + "/*"));
        var itself = denies.Exists(statement => statement.CoversResource(bucket));
        return new TransportFacts(resource.Ref)
        {
            EncryptedOnly = (objects, itself) switch
            {
                (true, true) => Fact.True(Path, denies[0].Label),
                (true, false) => Fact.False(Path, "the Deny covers the objects, not the bucket itself"),
                (false, true) => Fact.False(Path, "the Deny covers the bucket itself, not its objects"),
                (false, false) =>
                    Fact.False(Path, policy.Statements.IsEmpty ? "no bucket policy" : "no Deny for aws:SecureTransport false"),
            },
            IsPartial = objects && !itself,
            ModernTlsOnly = modern,
        };
    }

    private static bool RefusesPlainHttp(Statement statement) =>
        !statement.Allows && statement.NotPrincipals.IsEmpty && statement.NamesEveryPrincipal && statement.CoversAction("s3:*")
        && statement.Conditions is [var only] && only.IsKey("aws:SecureTransport") && only.Test is "Bool"
        && only.Values.Length > 0 && only.Values.All(value => value.Equals("false", StringComparison.OrdinalIgnoreCase));
}
