using ServerlessGuard.Documents;

namespace ServerlessGuard.Ingestion;

/// <summary>
/// The type of a SelectResourceConfig row whose query did not select <c>resourceType</c>, where the configuration leaves no doubt.
/// </summary>
internal static class AwsTypeGuess
{
    public static string? From(Doc configuration, Doc supplementary) => configuration switch
    {
        { IsObject: false } => null,
        _ when configuration["functionArn"].Exists => "AWS::Lambda::Function",
        _ when configuration["roleId"].Exists && configuration["roleName"].Exists => "AWS::IAM::Role",
        _ when configuration["userId"].Exists && configuration["userName"].Exists => "AWS::IAM::User",
        _ when configuration["policyId"].Exists && configuration["policyVersionList"].Exists => "AWS::IAM::Policy",
        _ when configuration["groupId"].Text?.StartsWith("sg-", StringComparison.Ordinal) == true => "AWS::EC2::SecurityGroup",
        _ when configuration["keyId"].Exists && configuration["keyState"].Exists => "AWS::KMS::Key",
        _ when configuration["dBInstanceIdentifier"].Exists && configuration["dBInstanceClass"].Exists => "AWS::RDS::DBInstance",
        _ when configuration["instanceId"].Exists && configuration["imageId"].Exists => "AWS::EC2::Instance",
        _ when configuration["name"].Exists && supplementary["AccessControlList"].Exists => "AWS::S3::Bucket",
        _ when configuration["trailARN"].Exists => "AWS::CloudTrail::Trail",
        _ => null,
    };
}
