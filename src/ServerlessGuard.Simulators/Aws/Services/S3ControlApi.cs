using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>S3 Control: the account's own public access block.</summary>
public sealed class S3ControlApi(SimulatedAccount account) : IServiceApi
{
    private const string Block = "AWS::S3::AccountPublicAccessBlock";
    private static readonly XNamespace Ns = "http://awss3control.amazonaws.com/doc/2018-08-20/";

    public string Name => "s3control";

    public WireFormat Format => WireFormat.RestXml;

    public bool Serves(ApiRequest request) =>
        request.SigningName is "s3" && request.Path.StartsWith("/v20180820/", StringComparison.Ordinal);

    public string? OperationOf(ApiRequest request) => (request.Method, request.Path) switch
    {
        ("GET", "/v20180820/configuration/publicAccessBlock") => "GetAccountPublicAccessBlock",
        ("PUT", "/v20180820/configuration/publicAccessBlock") => "PutAccountPublicAccessBlock",
        ("DELETE", "/v20180820/configuration/publicAccessBlock") => "DeleteAccountPublicAccessBlock",
        _ => null,
    };

    public ApiAnswer? Answer(string operation, ApiRequest request)
    {
        if (request.Headers.GetValueOrDefault("x-amz-account-id") != account.Id)
        {
            throw new ApiFaultException(403, "AccessDenied", "Access Denied");
        }

        switch (operation)
        {
            case "GetAccountPublicAccessBlock":
                return account.Find(Block, account.Id) is { } block
                    ? ApiAnswer.Xml(PublicAccessBlock.Write(ConfigItem.Configuration(block), Ns))
                    : throw new ApiFaultException(404, "NoSuchPublicAccessBlockConfiguration",
                        "The public access block configuration was not found");
            case "PutAccountPublicAccessBlock":
                var value = PublicAccessBlock.Read(request.Xml);
                if (account.Change(Block, account.Id, Actors.Guard(account), item => item["configuration"] = value.DeepClone()) is null)
                {
                    account.Put(AccountItems.AccountBlock(account, value), Actors.Guard(account));
                }

                return ApiAnswer.Empty(201);
            default:
                account.Delete(Block, account.Id, Actors.Guard(account));
                return ApiAnswer.Empty(204);
        }
    }
}

/// <summary>The four flags between XML and Config's JSON.</summary>
internal static class PublicAccessBlock
{
    private static readonly string[] Flags = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

    public static XElement Write(JsonObject block, XNamespace ns) => new(
        ns + "PublicAccessBlockConfiguration",
        Flags.Select(flag => new XElement(ns + flag, (bool?)block[Camel(flag)] ?? false)));

    public static JsonObject Read(XElement block)
    {
        var read = new JsonObject();
        foreach (var flag in Flags)
        {
            read[Camel(flag)] = block.Elements()
                .FirstOrDefault(element => element.Name.LocalName == flag)?.Value.Trim() is "true" or "TRUE";
        }

        return read;
    }

    private static string Camel(string flag) => char.ToLowerInvariant(flag[0]) + flag[1..];
}
