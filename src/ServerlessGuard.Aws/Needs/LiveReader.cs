using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>
/// What no configuration item carries, read from the services themselves, in the form that the core reads it from items and reports.
/// </summary>
/// <remarks>botocore service models: CloudTrail 2013-11-01, S3 Control 2018-08-20, EC2 2016-11-15.</remarks>
public sealed class LiveReader(IAwsApi api, TimeProvider time)
{
    private const string CloudTrail = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.";

    private readonly UserAnswers _users = new(api, time);
    private readonly LiveItems _items = new(api, time);

    /// <exception cref="CloudCallException">The state could not be read.</exception>
    public async Task<IReadOnlyList<Resource>> ReadAsync(LiveRead read, LiveTarget target, CancellationToken cancellation) => read switch
    {
        LiveRead.AccountBlock => [await AccountBlockAsync(target.Key, cancellation)],
        LiveRead.UserCredentials =>
            await _users.CredentialsAsync(target.Beside with { Id = target.Key }, target.At, cancellation) is { } row ? [row] : [],
        LiveRead.ServiceCredentials => await _users.ServiceCredentialsAsync(target.Beside, target.At, cancellation),
        LiveRead.PrefixList => [await PrefixListAsync(target.Region, target.Key, target.Beside.Account, cancellation)],
        LiveRead.TrailStatus => target.Item is { } trail ? [await WithTrailStatusAsync(trail, target.Region, cancellation)] : [],
        LiveRead.Notebook => [await _items.NotebookAsync(target, cancellation)],
        LiveRead.AgentRuntime => [await _items.RuntimeAsync(target, cancellation)],
        LiveRead.SamlMetadata => target.Item is { } provider ? [await _users.WithMetadataAsync(provider, cancellation)] : [],
        LiveRead.RootCredentials => [await _users.RootAsync(target.Beside.Account ?? target.Key, cancellation)],
        LiveRead.IdentityPoolRoles => await IdentityPoolRolesAsync(target, cancellation),
    };

    /// <summary>The item with what it lacks; as it is when the resource is gone.</summary>
    /// <exception cref="CloudCallException">The state could not be read.</exception>
    public async Task<Resource> CompletedAsync(LiveRead completion, Resource item, CancellationToken cancellation)
    {
        if (item.Status is not ResourceStatus.Recorded || ResourceRegion.OfConfig(item.Ref) is not { } region)
        {
            return item;
        }

        return await ReadAsync(completion, new LiveTarget(region, item.Ref, item.Ref.Key, item.Ref.Id) { Item = item },
            cancellation) is [var completed, ..] ? completed : item;
    }

    /// <summary>
    /// The account's S3 block, the same in all regions. Where it was never set, the account itself: that shows the core that somebody
    /// looked.
    /// </summary>
    private async Task<Resource> AccountBlockAsync(string account, CancellationToken cancellation)
    {
        var request = AwsRequest.Rest(AwsRegion.Home, "s3-control", "GetPublicAccessBlock", HttpMethod.Get,
            "/v20180820/configuration/publicAccessBlock") with
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

            return Row(new ResourceRef
                { Provider = Provider.Aws, NativeType = "AWS::S3::AccountPublicAccessBlock", Id = account, Account = account }, block);
        }
        catch (CloudCallException fault) when (fault.Code is "NoSuchPublicAccessBlockConfiguration"
            || fault.IsNotFound && fault.Code.StartsWith("NoSuch", StringComparison.Ordinal))
        {
            return Row(ResourceRef.AwsAccount(account), []);
        }
    }

    /// <summary>
    /// The trail's item with <c>supplementaryConfiguration.TrailStatus</c> and <c>.EventSelectors</c>; as it is when the trail is gone.
    /// </summary>
    private async Task<Resource> WithTrailStatusAsync(Resource trail, AwsRegion region, CancellationToken cancellation)
    {
        if (!trail.Ref.Id.StartsWith("arn:", StringComparison.Ordinal))
        {
            return trail;
        }

        try
        {
            var status = await JsonAsync(region, CloudTrail + "GetTrailStatus", new JsonObject { ["Name"] = trail.Ref.Id }, cancellation);
            var selectors =
                await JsonAsync(region, CloudTrail + "GetEventSelectors", new JsonObject { ["TrailName"] = trail.Ref.Id }, cancellation);
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
    private async Task<Resource> PrefixListAsync(AwsRegion region, string id, string? account, CancellationToken cancellation)
    {
        var entries = new JsonArray();
        string? next = null;
        do
        {
            KeyValuePair<string, string>[] parameters = next is null
                ? [new("PrefixListId", id)]
                : [new("PrefixListId", id), new("NextToken", next)];
            var answer = (
                await api.SendAsync(AwsRequest.Form(region, "ec2", "GetManagedPrefixListEntries", "2016-11-15", parameters), cancellation))
                    .Xml();
            foreach (var cidr in answer.Descendants("entrySet").Elements("item").Elements("cidr"))
            {
                entries.Add((JsonNode)new JsonObject { ["Cidr"] = cidr.Value });
            }

            next = answer.Element("nextToken")?.Value is { Length: > 0 } token ? token : null;
        }
        while (next is not null);

        return Row(
            new ResourceRef
                { Provider = Provider.Aws, NativeType = "AWS::EC2::PrefixList", Id = "AWS::EC2::PrefixList/" + id, Account = account },
            new JsonObject { ["PrefixListId"] = id, ["Entries"] = entries });
    }

    private async Task<IReadOnlyList<Resource>> IdentityPoolRolesAsync(LiveTarget target, CancellationToken cancellation)
    {
        try
        {
            var request = AwsRequest.Json(target.Region, "cognito-identity", "AWSCognitoIdentityService.GetIdentityPoolRoles",
                new JsonObject { ["IdentityPoolId"] = target.At });
            var answer = (await api.SendAsync(request, cancellation)).Json();
            return
            [
                Row(
                    target.Beside with { NativeType = AwsAnswerTypes.IdentityPoolRoles,
                        Id = $"{AwsAnswerTypes.IdentityPoolRoles}/{target.Key}" },
                    new JsonObject { ["IdentityPoolId"] = target.Key, ["Roles"] = answer["Roles"]?.DeepClone() }),
            ];
        }
        catch (CloudCallException fault) when (fault.IsNotFound || fault.Code is "ResourceNotFoundException")
        {
            return [];
        }
    }

    private async Task<JsonNode> JsonAsync(AwsRegion region, string target, JsonObject body, CancellationToken cancellation) =>
        (await api.SendAsync(AwsRequest.Json(region, "cloudtrail", target, body), cancellation)).Json();

    internal static Resource Row(ResourceRef about, JsonObject document)
    {
        var element = new Doc(JsonElement.Parse(document.ToJsonString()));
        return new Resource { Ref = about, Document = element, Configuration = element };
    }
}

/// <summary>What a live read is about.</summary>
/// <param name="Region">Where the service is asked.</param>
/// <param name="Beside">The resource that is judged, or the one that is read: its account.</param>
/// <param name="Key">What the core looks the answer up by.</param>
/// <param name="At">What the service is asked for: a name, an id.</param>
public sealed record LiveTarget(AwsRegion Region, ResourceRef Beside, string Key, string At)
{
    /// <summary>The configuration item that is to be completed.</summary>
    public Resource? Item { get; init; }
}
