using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>S3's bucket settings. Path style: the bucket is the first part of the path.</summary>
/// <remarks>Source: S3 API reference; error codes as S3 documents them for what was never set.</remarks>
public sealed class S3Api(SimulatedAccount account) : IServiceApi
{
    private const string Bucket = "AWS::S3::Bucket";

    private static readonly XNamespace Ns = "http://s3.amazonaws.com/doc/2006-03-01/";

    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["publicAccessBlock"] = "PublicAccessBlock",
        ["policy"] = "BucketPolicy",
        ["versioning"] = "BucketVersioning",
        ["website"] = "BucketWebsite",
        ["logging"] = "BucketLogging",
        ["acl"] = "BucketAcl",
        ["location"] = "BucketLocation",
        ["tagging"] = "BucketTagging",
        ["encryption"] = "BucketEncryption",
    };

    public string Name => "s3";

    public WireFormat Format => WireFormat.RestXml;

    public bool Serves(ApiRequest request) =>
        request.SigningName is "s3" && !request.Path.StartsWith("/v20180820/", StringComparison.Ordinal);

    public string? OperationOf(ApiRequest request)
    {
        var verb = request.Method switch
        {
            "GET" => "Get",
            "PUT" => "Put",
            "DELETE" => "Delete",
            _ => null,
        };
        return verb is null
            ? null
            : Settings.Where(pair => request.Query.ContainsKey(pair.Key)).Select(pair => verb + pair.Value).FirstOrDefault();
    }

    public ApiAnswer? Answer(string operation, ApiRequest request)
    {
        var name = request.Path.Trim('/').Split('/')[0];
        var bucket = account.Find(Bucket, name) ?? throw new ApiFaultException(404, "NoSuchBucket", "The specified bucket does not exist");
        var supplementary = ConfigItem.Supplementary(bucket);
        return operation switch
        {
            "GetPublicAccessBlock" => supplementary["PublicAccessBlockConfiguration"] is JsonObject block
                ? ApiAnswer.Xml(PublicAccessBlock.Write(block, Ns))
                : throw new ApiFaultException(404, "NoSuchPublicAccessBlockConfiguration",
                    "The public access block configuration was not found"),
            "PutPublicAccessBlock" => Write(name, "PublicAccessBlockConfiguration", PublicAccessBlock.Read(request.Xml)),
            "DeletePublicAccessBlock" => Write(name, "PublicAccessBlockConfiguration", null, 204),
            "GetBucketPolicy" => (string?)supplementary["BucketPolicy"]?["policyText"] is { } policy
                ? ApiAnswer.Text(policy)
                : throw new ApiFaultException(404, "NoSuchBucketPolicy", "The bucket policy does not exist"),
            "PutBucketPolicy" => Write(name, "BucketPolicy", new JsonObject { ["policyText"] = Policy(request.Body) }, 204),
            "DeleteBucketPolicy" => Write(name, "BucketPolicy", new JsonObject { ["policyText"] = null }, 204),
            "GetBucketVersioning" =>
                ApiAnswer.Xml(
                    new XElement(Ns + "VersioningConfiguration",
                        (string?)supplementary["BucketVersioningConfiguration"]?["status"] is { } status and not "Off"
                        ? new XElement(Ns + "Status", status)
                        : null)),
            "PutBucketVersioning" =>
                Write(name, "BucketVersioningConfiguration",
                    new JsonObject { ["status"] = Child(request.Xml, "Status"), ["isMfaDeleteEnabled"] = null }),
            "GetBucketWebsite" => supplementary["BucketWebsiteConfiguration"] is JsonObject website
                ? ApiAnswer.Xml(
                    new XElement(Ns + "WebsiteConfiguration",
                        new XElement(Ns + "IndexDocument", new XElement(Ns + "Suffix", (string?)website["indexDocumentSuffix"]))))
                : throw new ApiFaultException(404, "NoSuchWebsiteConfiguration",
                    "The specified bucket does not have a website configuration"),
            "GetBucketLogging" => ApiAnswer.Xml(Logging(supplementary)),
            "PutBucketLogging" => Write(name, "BucketLoggingConfiguration", Logging(request.Xml)),
            _ => null,
        };
    }

    private ApiAnswer Write(string bucket, string setting, JsonNode? value, int status = 200)
    {
        account.Change(Bucket, bucket, Actors.Guard(account), item =>
        {
            if (value is null)
            {
                ConfigItem.Supplementary(item).Remove(setting);
            }
            else
            {
                ConfigItem.Supplementary(item)[setting] = value;
            }
        });
        return ApiAnswer.Empty(status);
    }

    private static string Policy(string text)
    {
        try
        {
            return JsonNode.Parse(text) is JsonObject
                ? text
                : throw new ApiFaultException(400, "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'");
        }
        catch (System.Text.Json.JsonException)
        {
            throw new ApiFaultException(400, "MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'");
        }
    }

    private static XElement Logging(JsonObject supplementary) => new(
        Ns + "BucketLoggingStatus",
        (string?)supplementary["BucketLoggingConfiguration"]?["destinationBucketName"] is { } target
            ? new XElement(
                Ns + "LoggingEnabled",
                new XElement(Ns + "TargetBucket", target),
                new XElement(Ns + "TargetPrefix", (string?)supplementary["BucketLoggingConfiguration"]!["logFilePrefix"]))
            : null);

    private static JsonObject Logging(XElement status) => new()
    {
        ["destinationBucketName"] = status.Descendants().FirstOrDefault(element => element.Name.LocalName is "TargetBucket")?.Value,
        ["logFilePrefix"] = status.Descendants().FirstOrDefault(element => element.Name.LocalName is "TargetPrefix")?.Value,
    };

    private static string? Child(XElement parent, string name) =>
        parent.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;
}
