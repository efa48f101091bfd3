namespace ServerlessGuard.Policies;

/// <summary>How the value of a condition key must look for the test to confine a grant to somebody known.</summary>
public enum ConfiningValue
{
    /// <summary>No wildcard, no policy variable: a VPC, an endpoint, an organisation, a user id.</summary>
    Fixed,

    /// <summary>An AWS account number.</summary>
    Account,

    /// <summary>An ARN, or an ARN pattern whose account is fixed.</summary>
    Arn,

    /// <summary>Address blocks, together no wider than <see cref="Networks.Internet"/> allows.</summary>
    Address,

    /// <summary>An organisation path whose organisation is fixed.</summary>
    OrganizationPath,
}

/// <summary>
/// The condition keys that confine a grant, lower-case, by what their value must be. Any other key is reported by name, never trusted.
/// </summary>
/// <remarks>
/// Source: Amazon S3 User Guide, "The meaning of public"; IAM User Guide, "AWS global condition context keys"; AWS KMS and Lambda developer
/// guides. aws:PrincipalTag is not here: a stranger tags its own role.
/// </remarks>
public static class ConfiningKeys
{
    private static readonly Dictionary<string, ConfiningValue> Global = new(StringComparer.OrdinalIgnoreCase)
    {
        ["aws:SourceIp"] = ConfiningValue.Address,
        ["aws:SourceArn"] = ConfiningValue.Arn,
        ["aws:SourceVpc"] = ConfiningValue.Fixed,
        ["aws:SourceVpce"] = ConfiningValue.Fixed,
        ["aws:SourceVpcArn"] = ConfiningValue.Arn,
        ["aws:VpceAccount"] = ConfiningValue.Account,
        ["aws:VpceOrgID"] = ConfiningValue.Fixed,
        ["aws:SourceOwner"] = ConfiningValue.Account,
        ["aws:SourceAccount"] = ConfiningValue.Account,
        ["aws:SourceOrgID"] = ConfiningValue.Fixed,
        ["aws:SourceOrgPaths"] = ConfiningValue.OrganizationPath,
        ["aws:userid"] = ConfiningValue.Fixed,
        ["aws:PrincipalOrgID"] = ConfiningValue.Fixed,
        ["aws:PrincipalOrgPaths"] = ConfiningValue.OrganizationPath,
        ["aws:PrincipalArn"] = ConfiningValue.Arn,
        ["aws:PrincipalAccount"] = ConfiningValue.Account,
        ["s3:DataAccessPointArn"] = ConfiningValue.Arn,
        ["s3:DataAccessPointAccount"] = ConfiningValue.Account,
    };

    /// <summary>S3 buckets and function policies.</summary>
    public static IReadOnlyDictionary<string, ConfiningValue> Resource { get; } = Global;

    /// <summary>KMS keys. kms:ViaService alone confines nobody: it counts only beside kms:CallerAccount, which is here.</summary>
    public static IReadOnlyDictionary<string, ConfiningValue> Key { get; } =
        new Dictionary<string, ConfiningValue>(Global, StringComparer.OrdinalIgnoreCase) { ["kms:CallerAccount"] = ConfiningValue.Account };

    /// <summary>A service principal acts for somebody: only what names that somebody confines it.</summary>
    public static IReadOnlyDictionary<string, ConfiningValue> Source { get; } = Global
        .Where(key => key.Key is "aws:SourceArn" or "aws:SourceAccount" or "aws:SourceOwner" or "aws:SourceOrgID" or "aws:SourceOrgPaths")
        .ToDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Role trust (SG-ID-004).</summary>
    public static IReadOnlyDictionary<string, ConfiningValue> Trust { get; } = Global
        .Where(key =>
            key.Key is "aws:PrincipalOrgID" or "aws:PrincipalOrgPaths" or "aws:PrincipalAccount" or "aws:PrincipalArn"
            or "aws:SourceAccount"
            or "aws:SourceArn" or "aws:SourceOrgID")
        .ToDictionary(StringComparer.OrdinalIgnoreCase);
}
