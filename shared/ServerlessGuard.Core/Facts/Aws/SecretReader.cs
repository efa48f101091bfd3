using System.Globalization;
using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::SecretsManager::Secret</c>: <c>RotationEnabled</c> (absent: never set up), <c>RotationRules</c>,
/// <c>RotationOccurringAsScheduled</c>.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::SecretsManager::Secret; Secrets Manager API reference, RotationRulesType.</remarks>
public sealed class SecretReader : FactReader
{
    private const int LongestDays = 90;

    public override string NativeType => "AWS::SecretsManager::Secret";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.SecretRotation];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var secret = resource.Configuration;
        facts.Add(new SecretRotationFacts(resource.Ref)
        {
            Replaced = resource.IsObserved
                ? Fact.Of(secret["RotationEnabled"], "configuration.RotationEnabled", whenAbsent: false, "rotation was never set up")
                    & Often(secret["RotationRules"])
                    & Fact.Of(secret["RotationOccurringAsScheduled"], "configuration.RotationOccurringAsScheduled", whenAbsent: true,
                        "nothing says that it fails")
                : Fact.Unknown("configuration", "not in the item"),
            OutOfReach = secret["Deleted"].Flag is true ? "the secret is scheduled for deletion"
                : secret["OwningService"].NonEmpty is { } service ? $"{DocText.Shown(service)} owns and rotates it"
                : null,
        });
    }

    private static Fact Often(Doc rules)
    {
        const string Days = "configuration.RotationRules.AutomaticallyAfterDays";
        const string Schedule = "configuration.RotationRules.ScheduleExpression";
        if (rules["AutomaticallyAfterDays"].Number is { } days)
        {
            return new Fact(days is > 0 and <= LongestDays, Days, $"{days} days");
        }

        return rules["ScheduleExpression"].NonEmpty is { } expression
            ? Rate(expression) is { } rate
                ? new Fact(rate <= LongestDays, Schedule, DocText.Shown(expression))
                : Fact.Unknown(Schedule, $"not a rate in hours or days: {DocText.Shown(expression)}")
            : Fact.Unknown("configuration.RotationRules", "not in the item");
    }

    /// <summary>Days of <c>rate(10 days)</c>; a cron expression that names days of the month or week comes at least once a month.</summary>
    private static double? Rate(string expression) => expression.Trim().Split(['(', ' ', ')'], StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["rate", var number, var unit] when int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) =>
            unit.StartsWith("hour", StringComparison.OrdinalIgnoreCase) ? count / 24.0
                : unit.StartsWith("day", StringComparison.OrdinalIgnoreCase) ? count
                : null,
        ["cron", _, _, _, "*", _, ..] => 31,
        _ => null,
    };
}
