using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>
/// What AWS Config knows: the current state of everything recorded, by query, and the history of one resource. Each region has its own.
/// </summary>
/// <remarks>API reference of AWS Config 2014-11-12: SelectResourceConfig, GetResourceConfigHistory, ListDiscoveredResources.</remarks>
/// <param name="home">The region that we run in.</param>
public sealed class ConfigInventory(IAwsApi api, string home)
{
    private const string Columns =
        "resourceId, resourceType, resourceName, arn, accountId, awsRegion, availabilityZone, configurationItemCaptureTime, "
        + "configurationItemStatus, configuration, supplementaryConfiguration, tags, relationships";

    /// <summary>Neighbours of one resource; an account with more of them than this is judged without.</summary>
    private const int MaxRows = 1000;

    private const int PageSize = 100;

    /// <summary>The same region, called home where it is.</summary>
    public AwsRegion Near(AwsRegion region) => region.Name == home ? AwsRegion.Home : region;

    /// <summary>One page of rows, as JSON documents.</summary>
    /// <param name="where">The condition; values through <see cref="Quoted"/>.</param>
    public async Task<(IReadOnlyList<Doc> Rows, string? Next)> PageAsync(AwsRegion region, string where, string? next,
        CancellationToken cancellation)
    {
        var body = new JsonObject { ["Expression"] = $"SELECT {Columns} WHERE {where}", ["Limit"] = PageSize };
        if (next is not null)
        {
            body["NextToken"] = next;
        }

        var answer = await AskAsync(region, "SelectResourceConfig", body, cancellation);
        return ([.. answer["Results"].Items.All().Select(row => row.Decoded())], answer["NextToken"].NonEmpty);
    }

    /// <summary>All rows as resources.</summary>
    public async Task<IReadOnlyList<Resource>> SelectAsync(AwsRegion region, string where, CancellationToken cancellation)
    {
        var resources = new List<Resource>();
        string? next = null;
        do
        {
            (var rows, next) = await PageAsync(region, where, next, cancellation);
            resources.AddRange(rows.SelectMany(row => RecordReader.Read(row)).OfType<Reading.Found>().Select(found => found.Resource));
        }
        while (next is not null && resources.Count < MaxRows);

        return resources;
    }

    /// <summary>The latest capture, or the latest that is not later; null when Config knows nothing of the resource.</summary>
    public async Task<Resource?> LatestAsync(AwsRegion region, string nativeType, string resourceId, CancellationToken cancellation)
    {
        try
        {
            var body = new JsonObject { ["resourceType"] = nativeType, ["resourceId"] = resourceId, ["limit"] = 1 };
            var answer = await AskAsync(region, "GetResourceConfigHistory", body, cancellation);
            return RecordReader.Read(answer).OfType<Reading.Found>().FirstOrDefault()?.Resource;
        }
        catch (CloudCallException fault) when (fault.IsNotFound || fault.Code is "ResourceNotDiscoveredException")
        {
            return null;
        }
    }

    /// <summary>Config's ids of the resources of that type and name, deleted ones too.</summary>
    public async Task<IReadOnlyList<string>> IdsAsync(AwsRegion region, string nativeType, string name, CancellationToken cancellation)
    {
        var body = new JsonObject { ["resourceType"] = nativeType, ["resourceName"] = name, ["includeDeletedResources"] = true };
        var answer = await AskAsync(region, "ListDiscoveredResources", body, cancellation);
        return [.. answer["resourceIdentifiers"].Items.All().Select(item => item["resourceId"].NonEmpty).OfType<string>()];
    }

    /// <summary>A value inside a query: names are chosen by strangers.</summary>
    public static string Quoted(string value)
    {
        var text = new StringBuilder("'", value.Length + 2);
        foreach (var character in value.Where(character => !char.IsControl(character)))
        {
            text.Append(character is '\'' ? "''" : character.ToString());
        }

        return text.Append('\'').ToString();
    }

    public static string Listed(IEnumerable<string> values) => $"({string.Join(", ", values.Select(Quoted))})";

    private async Task<Doc> AskAsync(AwsRegion region, string operation, JsonObject body, CancellationToken cancellation)
    {
        var answer = await api.SendAsync(AwsRequest.Json(region, "config", "StarlingDoveService." + operation, body), cancellation);
        return new Doc(Parse(answer, operation));
    }

    internal static JsonElement Parse(AwsAnswer answer, string operation)
    {
        try
        {
            return answer.Body.IsEmpty ? default : JsonElement.Parse(answer.Body.Span);
        }
        catch (JsonException exception)
        {
            throw new CloudCallException("UnreadableAnswer", $"{operation}: the answer is not JSON", isTransient: true, exception);
        }
    }
}
