using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Documents;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// The tags of a resource as its service has them now. Users, roles and policies are asked of IAM, everything else of the tagging API by
/// its ARN.
/// </summary>
internal static class LiveTags
{
    /// <summary>
    /// Null for an account, which carries no tags. What the service refuses is thrown, and so is an id that is not the ARN of what would be
    /// written.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, string>?> ReadAsync(AwsAccess access, Finding finding, string name,
        CancellationToken cancellation) =>
        finding.Resource.NativeType switch
        {
            "AWS::::Account" => null,
            "AWS::IAM::User" => OfIam(await access.XmlAsync(finding, IamCalls.Of("ListUserTags", ("UserName", name)), cancellation)),
            "AWS::IAM::Role" => OfIam(await access.XmlAsync(finding, IamCalls.Of("ListRoleTags", ("RoleName", name)), cancellation)),
            "AWS::IAM::Policy" =>
                OfIam(await access.XmlAsync(finding, IamCalls.Of("ListPolicyTags", ("PolicyArn", finding.Resource.Id)), cancellation)),
            _ => await OfOthersAsync(access, finding, name, cancellation),
        };

    /// <summary>
    /// The tagging API says nothing about an ARN that it does not know: that would pass for a resource without tags. So the id, which a row
    /// may have made up, must be exactly the ARN of what a write to this name, in this region and account, reaches.
    /// </summary>
    private static async Task<IReadOnlyDictionary<string, string>> OfOthersAsync(AwsAccess access, Finding finding, string name,
        CancellationToken cancellation)
    {
        var region = ResourceRegion.Of(finding.Resource);
        var partition = AwsEndpoints.Partition(region.Name!).Partition;
        var arn = Shape(finding.Resource.NativeType) switch
        {
            ("s3", _) => $"arn:{partition}:s3:::{name}",
            // An identity pool's own name begins with its region.
            ("cognito-identity" and var service, var kind) =>
                $"arn:{partition}:{service}:{region.Name}:{await access.AccountAsync(cancellation)}:{kind}{region.Name}:{name}",
            (var service, var kind) => $"arn:{partition}:{service}:{region.Name}:{await access.AccountAsync(cancellation)}:{kind}{name}",
            null => null,
        };
        return arn == finding.Resource.Id
            ? OfMappings(await access.SendAsync(finding, JsonCalls.Tags(region, arn), cancellation))
            : throw new CloudCallException("UnknownArn", $"{DocText.Shown(finding.Resource.Id)} is not the ARN of what would be written",
                isTransient: false);
    }

    /// <summary>An ARN's service, and what stands before the name.</summary>
    private static (string Service, string Kind)? Shape(string nativeType) => nativeType switch
    {
        "AWS::CloudTrail::Trail" => ("cloudtrail", "trail/"),
        "AWS::Cognito::IdentityPool" => ("cognito-identity", "identitypool/"),
        "AWS::EC2::Instance" => ("ec2", "instance/"),
        "AWS::EC2::SecurityGroup" => ("ec2", "security-group/"),
        "AWS::KMS::Key" => ("kms", "key/"),
        "AWS::Lambda::Function" => ("lambda", "function:"),
        "AWS::RDS::DBInstance" => ("rds", "db:"),
        "AWS::Redshift::Cluster" => ("redshift", "cluster:"),
        "AWS::S3::Bucket" => ("s3", string.Empty),
        "AWS::SageMaker::Domain" => ("sagemaker", "domain/"),
        "AWS::SageMaker::NotebookInstance" => ("sagemaker", "notebook-instance/"),
        _ => null,
    };

    private static Dictionary<string, string> OfIam(XElement answer)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in answer.Descendants("Tags").Elements("member"))
        {
            tags[member.Element("Key")?.Value ?? string.Empty] = member.Element("Value")?.Value ?? string.Empty;
        }

        return tags;
    }

    /// <summary>A resource that never had a tag is not in the answer.</summary>
    private static Dictionary<string, string> OfMappings(AwsAnswer answer)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in (answer.Json()["ResourceTagMappingList"] as JsonArray ?? [])
            .SelectMany(mapping => mapping?["Tags"] as JsonArray ?? []))
        {
            tags[(string?)tag?["Key"] ?? string.Empty] = (string?)tag?["Value"] ?? string.Empty;
        }

        return tags;
    }
}
