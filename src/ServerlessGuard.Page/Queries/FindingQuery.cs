using System.Collections.Specialized;
using System.Globalization;
using System.Web;
using ServerlessGuard.Findings;
using ServerlessGuard.Page.Board;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page.Queries;

/// <summary>Which findings, in what order. What is empty does not narrow. Equal questions are equal.</summary>
internal sealed record FindingQuery
{
    public const int LargestPage = 200;
    private const int LongestText = 200;
    private const char Exactly = '=';

    /// <summary>As it was asked, without the place of the page: the key under which the answer is kept.</summary>
    public required string Key { get; init; }

    public IReadOnlyList<Provider> Providers { get; init; } = [];
    public IReadOnlyList<Severity> Severities { get; init; } = [];
    public IReadOnlyList<FindingStatus> Statuses { get; init; } = [];
    public IReadOnlyList<TreatmentState> Treatments { get; init; } = [];

    /// <summary>Partitions: <c>aws:111122223333</c>.</summary>
    public IReadOnlyList<string> Accounts { get; init; } = [];

    /// <summary>Ids or their beginnings; with an equals sign in front, that id only.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    public IReadOnlyList<string> Types { get; init; } = [];
    public string? Resource { get; init; }

    /// <summary>Changed since.</summary>
    public DateTimeOffset? Since { get; init; }

    public string[] Words { get; init; } = [];
    public SortBy Sort { get; init; }
    public bool Descending { get; init; }
    public int Offset { get; init; }
    public int Limit { get; init; }

    /// <summary>The query, or one sentence about what is wrong with it.</summary>
    public static (FindingQuery? Query, string? Fault) Parse(string query, DateTimeOffset now)
    {
        var values = HttpUtility.ParseQueryString(query);
        try
        {
            var sort = One<SortBy>(values["sort"]) ?? SortBy.Severity;
            var parsed = new FindingQuery
            {
                Key = string.Join('&',
                    values.AllKeys.Where(key => key is not ("offset" or "limit")).Order(StringComparer.Ordinal)
                    .Select(key => $"{key}={values[key]}")),
                Providers = Many<Provider>(values, "provider"),
                Severities = Many<Severity>(values, "severity"),
                Statuses = Many<FindingStatus>(values, "status"),
                Treatments = Many<TreatmentState>(values, "treatment"),
                Accounts = Texts(values, "account"),
                Rules = Texts(values, "rule"),
                Types = Texts(values, "type"),
                Resource = values["resource"],
                Since = values["since"] is { Length: > 0 } since ? Time(since, now) : null,
                Words = [.. (values["q"] ?? string.Empty)[..Math.Min(LongestText, values["q"]?.Length ?? 0)].Split(' ',
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)],
                Sort = sort,
                Descending = values["order"] switch
                {
                    "asc" => false,
                    "desc" => true,
                    null or "" => sort is SortBy.Severity or SortBy.Opened or SortBy.Changed,
                    var other => throw new FormatException($"order: \"{other}\" is neither asc nor desc"),
                },
                Offset = Number(values, "offset", 0, int.MaxValue),
                Limit = Number(values, "limit", 100, LargestPage),
            };
            return (parsed, null);
        }
        catch (FormatException fault)
        {
            return (null, fault.Message);
        }
    }

    public bool Takes(FindingRow row) =>
        (Providers.Count == 0 || Providers.Contains(row.Provider))
        && (Severities.Count == 0 || Severities.Contains(row.Severity))
        && (Statuses.Count == 0 || Statuses.Contains(row.Status))
        && (Treatments.Count == 0 || row.Treatment is { } treatment && Treatments.Contains(treatment))
        && (Accounts.Count == 0 || Accounts.Contains(row.Partition, StringComparer.OrdinalIgnoreCase))
        && (Rules.Count == 0
            || Rules.Any(rule => rule[0] == Exactly
                ? row.RuleId.AsSpan().Equals(rule.AsSpan(1), StringComparison.OrdinalIgnoreCase)
                : row.RuleId.StartsWith(rule, StringComparison.OrdinalIgnoreCase)))
        && (Types.Count == 0 || Types.Contains(row.NativeType, StringComparer.OrdinalIgnoreCase))
        && (Resource is null || row.ResourceId.Equals(Resource, StringComparison.OrdinalIgnoreCase))
        && (Since is null || row.ChangedAt >= Since)
        && (Words.Length == 0 || row.Speaks(Words));

    private static IReadOnlyList<string> Texts(NameValueCollection values, string name) =>
        [.. (values[name] ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static IReadOnlyList<T> Many<T>(NameValueCollection values, string name)
        where T : struct, Enum => [.. Texts(values, name).Select(text => One<T>(text)!.Value)];

    /// <summary>Words only: a number is no name of a value.</summary>
    private static T? One<T>(string? text)
        where T : struct, Enum => string.IsNullOrEmpty(text) ? null
        : char.IsAsciiLetter(text[0]) && Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value
        : throw new FormatException($"\"{text}\" is none of {string.Join(", ", Enum.GetNames<T>())}");

    private static int Number(NameValueCollection values, string name, int preset, int most) => values[name] switch
    {
        null or "" => preset,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most => number,
        var text => throw new FormatException($"{name}: \"{text}\" is not a number up to {most}"),
    };

    /// <summary>A time, or an age like 90m, 24h, 7d.</summary>
    private static DateTimeOffset Time(string text, DateTimeOffset now)
    {
        if (int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count <= 100_000)
        {
            TimeSpan? age = text[^1] switch
                { 'm' => TimeSpan.FromMinutes(count), 'h' => TimeSpan.FromHours(count), 'd' => TimeSpan.FromDays(count), _ => null };
            if (age is { } back)
            {
                return now - back;
            }
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : throw new FormatException($"since: \"{text}\" is neither a time nor an age like 24h or 7d");
    }
}

internal enum SortBy
{
    Severity,
    Rule,
    Title,
    Resource,
    Account,
    Region,
    Status,
    Opened,
    Changed,
}
