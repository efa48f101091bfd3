using System.Collections.Frozen;
using System.Globalization;
using ServerlessGuard.Documents;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// What the policies that AWS itself publishes allow. They never arrive as items; <c>managed-policies.txt</c> has them by their last
/// name, which is unique. A policy that is not in it is unknown: AWS publishes new ones every week, and they may allow anything.
/// </summary>
/// <remarks>Source: the head of the file; <c>eng/managed-policies.py</c> writes it anew.</remarks>
public static class ManagedPolicies
{
    private static readonly Lazy<Listing> Listed = new(Read);

    /// <summary>The day of the newest policy in the list.</summary>
    public static DateOnly AsOf => Listed.Value.AsOf;

    public static int Count => Listed.Value.Policies.Count;

    public static Fact IsAdministrator(string arn, string path) => Ask(arn, path, policy => policy.Administrator);

    /// <summary>Any action on objects or models, as <see cref="DataReach"/> asks it of other policies.</summary>
    public static Fact ReachesData(string arn, string path) => Ask(arn, path, policy => policy.Data);

    private static Fact Ask(string arn, string path, Func<Allowed, bool> ask) =>
        Listed.Value.Policies.TryGetValue(arn[(arn.LastIndexOf('/') + 1)..], out var policy)
            ? new Fact(ask(policy), path, DocText.Shown(arn))
            : Fact.Unknown(path, $"{DocText.Shown(arn)}: an AWS managed policy that is not in the list of {AsOf:yyyy-MM-dd}");

    private static Listing Read()
    {
        using var stream = typeof(ManagedPolicies).Assembly.GetManifestResourceStream("managed-policies.txt")
            ?? throw new InvalidOperationException("managed-policies.txt is not in the assembly");
        using var reader = new StreamReader(stream);
        var asOf = DateOnly.MinValue;
        Dictionary<string, Allowed> policies = new(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("# asOf: ", StringComparison.Ordinal))
            {
                asOf = DateOnly.ParseExact(line["# asOf: ".Length..], "yyyy-MM-dd", CultureInfo.InvariantCulture);
            }
            else if (line.Length > 0 && line[0] != '#')
            {
                var words = line.Split(' ');
                policies[words[0]] = new Allowed(words.Contains("administrator"), words.Contains("data"));
            }
        }

        return new Listing(asOf, policies.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private readonly record struct Allowed(bool Administrator, bool Data);

    private sealed record Listing(DateOnly AsOf, FrozenDictionary<string, Allowed> Policies);
}
