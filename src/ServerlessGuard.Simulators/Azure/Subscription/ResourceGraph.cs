using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>
/// As much of Resource Graph's query language as a sweep needs: a table, where type, project, order by, limit; anything else is refused,
/// not guessed.
/// </summary>
public static partial class ResourceGraph
{
    private static readonly string[] Containers = ["microsoft.resources/subscriptions", "microsoft.resources/resourcegroups"];

    /// <summary>Answers a POST to /providers/Microsoft.ResourceGraph/resources.</summary>
    /// <param name="store">The subscription.</param>
    /// <param name="subscription">The only subscription there is.</param>
    /// <param name="body">subscriptions, query, options.</param>
    /// <param name="pageSize">At most so many rows at once, as the service's 1000.</param>
    public static ArmAnswer Query(ArmStore store, string subscription, JsonObject? body, int pageSize)
    {
        if ((string?)body?["query"] is not { } query)
        {
            return Refused("the query is missing");
        }

        if (body["subscriptions"] is JsonArray scope
            && scope.All(each => !string.Equals((string?)each, subscription, StringComparison.OrdinalIgnoreCase)))
        {
            return ArmAnswer.Error(403, "AccessDenied", "The caller has no access to any of the subscriptions.");
        }

        var steps = query.Split('|').Select(step => step.Trim()).Where(step => step.Length > 0).ToList();
        var rows = Table(store, steps.Count == 0 ? "" : steps[0].ToLowerInvariant(), subscription);
        string[]? columns = null;
        foreach (var step in steps.Skip(1))
        {
            if (rows is null)
            {
                break;
            }

            if (TypeIn().Match(step) is { Success: true } types)
            {
                var wanted = Quoted().Matches(types.Groups["types"].Value).Select(match => match.Groups["text"].Value)
                    .ToHashSet(StringComparer.OrdinalIgnoreCase);
                rows = rows.Where(row => wanted.Contains((string)row["type"]!));
            }
            else if (FieldIs().Match(step) is { Success: true } where)
            {
                rows = rows.Where(row =>
                    string.Equals((string?)row[where.Groups["field"].Value], where.Groups["value"].Value,
                        StringComparison.OrdinalIgnoreCase));
            }
            else if (step.StartsWith("project ", StringComparison.OrdinalIgnoreCase))
            {
                columns = [.. step["project ".Length..].Split(',').Select(column => column.Trim())];
            }
            else if (step.StartsWith("order by ", StringComparison.OrdinalIgnoreCase)
                || step.StartsWith("sort by ", StringComparison.OrdinalIgnoreCase))
            {
                // Rows are in the order of their ids already; the lab knows no other.
            }
            else if (Limit().Match(step) is { Success: true } limit)
            {
                rows = rows.Take(int.Parse(limit.Groups["rows"].Value, CultureInfo.InvariantCulture));
            }
            else
            {
                return Refused($"the lab does not know '{step}'");
            }
        }

        return rows is null
            ? Refused("the lab does not know the table")
            : Page([.. rows], columns, body["options"] as JsonObject, pageSize);
    }

    private static ArmAnswer Page(List<JsonObject> rows, string[]? columns, JsonObject? options, int pageSize)
    {
        var skip = (string?)options?["$skipToken"] is { } token
            ? int.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(token)), CultureInfo.InvariantCulture)
            : (int?)options?["$skip"] ?? 0;
        var top = Math.Min((int?)options?["$top"] ?? pageSize, pageSize);
        var page = rows.Skip(skip).Take(top).Select(row => columns is null ? row : Project(row, columns)).ToList();
        var more = skip + page.Count < rows.Count;
        var answer = new JsonObject
        {
            ["totalRecords"] = rows.Count,
            ["count"] = page.Count,
            ["resultTruncated"] = more ? "true" : "false",
            ["data"] = new JsonArray([.. page]),
            ["facets"] = new JsonArray(),
        };

        // The service pages only where it can see the id.
        if (more && (columns is null || columns.Contains("id", StringComparer.Ordinal)))
        {
            answer["resultTruncated"] = "false";
            answer["$skipToken"] =
                Convert.ToBase64String(Encoding.UTF8.GetBytes((skip + page.Count).ToString(CultureInfo.InvariantCulture)));
        }

        return ArmAnswer.Json(200, answer);
    }

    private static IEnumerable<JsonObject>? Table(ArmStore store, string name, string subscription)
    {
        var rows = store.All.Select(document =>
        {
            document["type"] = ((string)document["type"]!).ToLowerInvariant();
            document["subscriptionId"] = subscription;
            document["resourceGroup"] = Group((string)document["id"]!);
            document["tenantId"] = LabIdentity.Tenant;
            return document;
        });
        return name switch
        {
            "resources" =>
                rows.Where(row => Kind(row) is var type && type.Count(letter => letter == '/') == 1
                    && !type.StartsWith("microsoft.authorization/", StringComparison.Ordinal)
                && !type.StartsWith("microsoft.managedservices/", StringComparison.Ordinal)
                    && !type.StartsWith("microsoft.insights/diagnosticsettings", StringComparison.Ordinal)
                    && !Containers.Contains(type, StringComparer.Ordinal)),
            "resourcecontainers" => rows.Where(row => Containers.Contains(Kind(row), StringComparer.Ordinal)),
            "authorizationresources" =>
                rows.Where(row => Kind(row) is "microsoft.authorization/roleassignments" or "microsoft.authorization/roledefinitions"),
            "managedservicesresources" => rows.Where(row => Kind(row).StartsWith("microsoft.managedservices/", StringComparison.Ordinal)),
            "policyresources" => rows.Where(row => Kind(row).StartsWith("microsoft.authorization/policy", StringComparison.Ordinal)),
            _ => null,
        };
    }

    private static string Kind(JsonObject row) => (string)row["type"]!;

    private static string Group(string id) =>
        ArmId.Normal(id).Split('/') is [_, _, _, var word, var group, ..]
            && word.Equals("resourceGroups", StringComparison.OrdinalIgnoreCase) ? group.ToLowerInvariant() : "";

    private static JsonObject Project(JsonObject row, string[] columns) =>
        new(columns.Select(column => KeyValuePair.Create(column, row[column]?.DeepClone())));

    private static ArmAnswer Refused(string why) => ArmAnswer.Error(400, "BadRequest", "InvalidQuery: " + why);

    [GeneratedRegex(@"^where\s+type\s+in~?\s*\((?<types>[^)]*)\)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex TypeIn();

    [GeneratedRegex(@"^where\s+(?<field>type|id|subscriptionId|resourceGroup|name)\s*(=~|==)\s*['""](?<value>[^'""]*)['""]$",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex FieldIs();

    [GeneratedRegex(@"['""](?<text>[^'""]*)['""]", RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(limit|take)\s+(?<rows>\d+)$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Limit();
}
