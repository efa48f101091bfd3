using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>What no configuration item carries, read from the services themselves, in the form that the core reads it from items and reports.</summary>
/// <remarks>botocore service models: IAM 2010-05-08, CloudTrail 2013-11-01, S3 Control 2018-08-20, EC2 2016-11-15.</remarks>
public sealed class LiveReader(IAwsApi api)
{
    private const string CloudTrail = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.";

    /// <summary>Password and keys of a user as a row of the credential report, which is hours old itself; null when the user is gone.</summary>
    public async Task<Resource?> CredentialsAsync(ResourceRef user, string name, CancellationToken cancellation)
    {
        var row = new JsonObject { ["user"] = name, ["arn"] = user.Id };
        if (await IamAsync("ListAccessKeys", name, cancellation) is not { } keys)
        {
            return null;
        }

        var number = 0;
        foreach (var key in keys.Descendants("AccessKeyMetadata").Elements("member").Take(2))
        {
            var prefix = $"access_key_{++number}_";
            row[prefix + "active"] = key.Element("Status")?.Value is "Active";
            row[prefix + "last_rotated"] = key.Element("CreateDate")?.Value;
            var used = await FormAsync("GetAccessKeyLastUsed", "AccessKeyId", key.Element("AccessKeyId")?.Value ?? string.Empty, cancellation);
            row[prefix + "last_used_date"] = used?.Descendants("LastUsedDate").FirstOrDefault()?.Value ?? "N/A";
        }

        while (number < 2)
        {
            row[$"access_key_{++number}_active"] = false;
        }

        row["password_enabled"] = await IamAsync("GetLoginProfile", name, cancellation) is not null;
        return Row(user with { NativeType = AwsAnswerTypes.CredentialReportRow }, row);
    }

    /// <summary>The service-specific credentials of a user. An empty answer is an observation too: one inactive credential of no service stands for "none".</summary>
    public async Task<IReadOnlyList<Resource>> ServiceCredentialsAsync(ResourceRef user, string name, CancellationToken cancellation)
    {
        var answer = await IamAsync("ListServiceSpecificCredentials", name, cancellation);
        var credentials = answer?.Descendants("ServiceSpecificCredentials").Elements("member").ToList() ?? [];
        var rows = credentials.Select(credential => new JsonObject
        {
            ["UserName"] = name,
            ["ServiceName"] = credential.Element("ServiceName")?.Value,
            ["Status"] = credential.Element("Status")?.Value,
            ["ExpirationDate"] = credential.Element("ExpirationDate")?.Value,
            ["ServiceSpecificCredentialId"] = credential.Element("ServiceSpecificCredentialId")?.Value,
        }).DefaultIfEmpty(new JsonObject { ["UserName"] = name, ["ServiceName"] = "(none)", ["Status"] = "Inactive", ["ServiceSpecificCredentialId"] = "none" });
        return [.. rows.Select(row => Row(user with { NativeType = AwsAnswerTypes.ServiceCredential, Id = $"{AwsAnswerTypes.ServiceCredential}/{row["ServiceSpecificCredentialId"]}" }, row))];
    }

    /// <summary>The account's S3 block, the same in all regions. Where it was never set, the account itself: that shows the core that somebody looked.</summary>
    public async Task<Resource> AccountBlockAsync(string account, CancellationToken cancellation)
    {
        var request = AwsRequest.Rest(AwsRegion.Home, "s3-control", "GetPublicAccessBlock", HttpMethod.Get, "/v20180820/configuration/publicAccessBlock") with
        {
            HostLabel = account,
            Headers = [new("x-amz-account-id", account)],
        };
        try
        {
            var answer = (await api.SendAsync(request, cancellation)).Xml();
            var block = new JsonObject();
            foreach (var flag in answer.DescendantsAndSelf("PublicAccessBlockConfiguration").Elements())
            {
                block[flag.Name.LocalName] = flag.Value is "true";
            }

            return Row(new ResourceRef { Provider = Provider.Aws, NativeType = "AWS::S3::AccountPublicAccessBlock", Id = account, Account = account }, block);
        }
        catch (CloudCallException fault) when (fault.Code is "NoSuchPublicAccessBlockConfiguration" || fault.IsNotFound && fault.Code.StartsWith("NoSuch", StringComparison.Ordinal))
        {
            return Row(ResourceRef.AwsAccount(account), []);
        }
    }

    /// <summary>The trail's item with <c>supplementaryConfiguration.TrailStatus</c> and <c>.EventSelectors</c>; as it is when the trail is gone.</summary>
    public async Task<Resource> WithTrailStatusAsync(Resource trail, CancellationToken cancellation)
    {
        if (trail.Status is not ResourceStatus.Recorded || !trail.Ref.Id.StartsWith("arn:", StringComparison.Ordinal) || ResourceRegion.OfConfig(trail.Ref) is not { } region)
        {
            return trail;
        }

        try
        {
            var status = await JsonAsync(region, "cloudtrail", CloudTrail + "GetTrailStatus", new JsonObject { ["Name"] = trail.Ref.Id }, cancellation);
            var selectors = await JsonAsync(region, "cloudtrail", CloudTrail + "GetEventSelectors", new JsonObject { ["TrailName"] = trail.Ref.Id }, cancellation);
            var supplementary = trail.Supplementary.IsObject ? JsonObject.Create(trail.Supplementary.Element.Clone())! : [];
            supplementary["TrailStatus"] = new JsonObject { ["IsLogging"] = status["IsLogging"]?.DeepClone() };
            supplementary["EventSelectors"] = selectors.DeepClone();
            return trail with { Supplementary = new Doc(JsonElement.Parse(supplementary.ToJsonString())) };
        }
        catch (CloudCallException fault) when (fault.IsNotFound || fault.Code is "TrailNotFoundException")
        {
            return trail;
        }
    }

    /// <summary>The entries of a managed prefix list.</summary>
    public async Task<Resource> PrefixListAsync(AwsRegion region, string id, string? account, CancellationToken cancellation)
    {
        var entries = new JsonArray();
        string? next = null;
        do
        {
            KeyValuePair<string, string>[] parameters = next is null ? [new("PrefixListId", id)] : [new("PrefixListId", id), new("NextToken", next)];
            var answer = (await api.SendAsync(AwsRequest.Form(region, "ec2", "GetManagedPrefixListEntries", "2016-11-15", parameters), cancellation)).Xml();
            foreach (var cidr in answer.Descendants("entrySet").Elements("item").Elements("cidr"))
            {
                entries.Add((JsonNode)new JsonObject { ["Cidr"] = cidr.Value });
            }

            next = answer.Element("nextToken")?.Value is { Length: > 0 } token ? token : null;
        }
        while (next is not null);

        return Row(
            new ResourceRef { Provider = Provider.Aws, NativeType = "AWS::EC2::PrefixList", Id = "AWS::EC2::PrefixList/" + id, Account = account },
            new JsonObject { ["PrefixListId"] = id, ["Entries"] = entries });
    }

    internal async Task<JsonNode> JsonAsync(AwsRegion region, string service, string target, JsonObject body, CancellationToken cancellation) =>
        (await api.SendAsync(AwsRequest.Json(region, service, target, body), cancellation)).Json();

    internal async Task<JsonNode> GetAsync(AwsRegion region, string service, string? signingName, string operation, string path, CancellationToken cancellation) =>
        (await api.SendAsync(AwsRequest.Rest(region, service, operation, HttpMethod.Get, path) with { SigningName = signingName }, cancellation)).Json();

    private Task<XElement?> IamAsync(string action, string user, CancellationToken cancellation) => FormAsync(action, "UserName", user, cancellation);

    /// <summary>Null when there is no such thing.</summary>
    private async Task<XElement?> FormAsync(string action, string name, string value, CancellationToken cancellation)
    {
        try
        {
            return (await api.SendAsync(AwsRequest.Form(AwsRegion.Global, "iam", action, "2010-05-08", new KeyValuePair<string, string>(name, value)), cancellation)).Xml();
        }
        catch (CloudCallException fault) when (fault.IsNotFound || fault.Code is "NoSuchEntity" or "NoSuchEntityException")
        {
            return null;
        }
    }

    private static Resource Row(ResourceRef about, JsonObject document)
    {
        var element = new Doc(JsonElement.Parse(document.ToJsonString()));
        return new Resource { Ref = about, Document = element, Configuration = element };
    }
}
