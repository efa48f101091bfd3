using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>
/// SelectResourceConfig over the simulated items: columns, and conditions joined by AND that compare a column with =, IN or LIKE. Anything
/// else is refused as an invalid expression rather than answered wrongly.
/// </summary>
internal static partial class ConfigQuery
{
    private const int DefaultLimit = 25;

    public static ApiAnswer Answer(SimulatedAccount account, JsonObject body)
    {
        var expression = ((string?)body["Expression"] ?? string.Empty).Trim().TrimEnd(';');
        if (Query().Match(expression) is not { Success: true } query)
        {
            throw Invalid(expression);
        }

        var columns = query.Groups["columns"].Value.Split(',', StringSplitOptions.TrimEntries);
        var conditions = query.Groups["where"].Success ? And().Split(query.Groups["where"].Value).Select(Condition).ToArray() : [];
        var rows = account.Items.Where(item => conditions.All(holds => holds(item)))
            .OrderBy(ConfigItem.Type, StringComparer.Ordinal).ThenBy(ConfigItem.Id, StringComparer.Ordinal).ToList();

        var limit = (int?)body["Limit"] is { } asked and > 0 ? Math.Min(asked, 100) : DefaultLimit;
        var from = (string?)body["NextToken"] is { Length: > 0 } token
            ? int.TryParse(token.Replace("simulated-", string.Empty, StringComparison.Ordinal), NumberStyles.None,
                CultureInfo.InvariantCulture, out var at) ? at : throw new ApiFaultException(400, "InvalidNextTokenException",
                "The specified next token is not valid.")
            : 0;
        var answer = new JsonObject
        {
            ["Results"] = new JsonArray([.. rows.Skip(from).Take(limit).Select(item => (JsonNode)Row(item, columns).ToJsonString())]),
            ["QueryInfo"] = new JsonObject
                { ["SelectFields"] = new JsonArray([.. columns.Select(column => (JsonNode)new JsonObject { ["Name"] = column })]) },
        };
        if (from + limit < rows.Count)
        {
            answer["NextToken"] = $"simulated-{from + limit}";
        }

        return ApiAnswer.Json(answer);
    }

    private static JsonObject Row(JsonObject item, string[] columns)
    {
        var row = new JsonObject();
        foreach (var column in columns)
        {
            // A dotted column comes back as an object in objects.
            var steps = column.Split('.');
            if (At(item, column) is { } value)
            {
                var place = row;
                foreach (var step in steps[..^1])
                {
                    place[step] ??= new JsonObject();
                    place = place[step]!.AsObject();
                }

                place[steps[^1]] = value.DeepClone();
            }
        }

        return row;
    }

    private static Func<JsonObject, bool> Condition(string text)
    {
        if (Comparison().Match(text.Trim()) is not { Success: true } match)
        {
            throw Invalid(text);
        }

        var column = match.Groups["column"].Value;
        var values = Literal().Matches(match.Groups["values"].Value)
            .Select(literal => literal.Groups["value"].Value.Replace("''", "'", StringComparison.Ordinal))
            .ToHashSet(StringComparer.Ordinal);
        return match.Groups["operator"].Value.ToUpperInvariant() switch
        {
            "LIKE" => item =>
                Texts(item, column).Any(value => values.Any(pattern => value.StartsWith(pattern.TrimEnd('%'), StringComparison.Ordinal))),
            "!=" or "<>" => item => !Texts(item, column).Any(values.Contains),
            _ => item => Texts(item, column).Any(values.Contains),
        };
    }

    private static IEnumerable<string> Texts(JsonObject item, string column)
    {
        if (column.StartsWith("relationships.", StringComparison.Ordinal))
        {
            return (item["relationships"] as JsonArray ?? []).Select(one => one?[column["relationships.".Length..]]?.ToString())
                .OfType<string>();
        }

        return At(item, column)?.ToString() is { } text ? [text] : [];
    }

    /// <summary>Queries use the API's names, items here the events'.</summary>
    private static JsonNode? At(JsonObject item, string column)
    {
        JsonNode? node = item;
        foreach (var step in column.Split('.'))
        {
            node = (node as JsonObject)?[node == item ? EventName(step) : step];
        }

        return node is JsonObject { } tags && column is "tags"
            ? new JsonArray(
                [.. tags.Select(tag => (JsonNode)new JsonObject
                    { ["key"] = tag.Key, ["value"] = tag.Value?.DeepClone(), ["tag"] = $"{tag.Key}={tag.Value}" })])
            : node;
    }

    private static string EventName(string column) => column switch
    {
        "accountId" => "awsAccountId",
        "arn" => "ARN",
        _ => column,
    };

    private static ApiFaultException Invalid(string expression) =>
        new(400, "InvalidExpressionException", $"the laboratory cannot answer this expression: {expression}");

    [GeneratedRegex(@"^SELECT\s+(?<columns>[\w.,\s]+?)(\s+WHERE\s+(?<where>.+))?$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Query();

    [GeneratedRegex(@"\s+AND\s+(?=([^']*'[^']*')*[^']*$)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex And();

    [GeneratedRegex(
        @"^(?<column>[\w.]+)\s*(?<operator>=|!=|<>|\s+LIKE\s+|\s+IN\s+)\s*(?<values>('([^']|'')*'|\(\s*'([^']|'')*'(\s*,\s*'([^']|'')*')*\s*\)))$", RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Comparison();

    [GeneratedRegex("'(?<value>([^']|'')*)'", RegexOptions.ExplicitCapture)]
    private static partial Regex Literal();
}
