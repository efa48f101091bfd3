using System.Collections.Immutable;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Cli.Permissions;

/// <summary>
/// How far each remediation of one cloud may reach: by remediation, in the order of their names. Remediations that nothing enables are
/// <see cref="FixReach.None"/>.
/// </summary>
public sealed record FixGrants(Provider Provider, ImmutableSortedDictionary<string, FixReach> Reaches)
{
    /// <summary>Every remediation that the provider has a remediator for, all with the same reach.</summary>
    public static FixGrants All(Provider provider, FixReach reach) => new(
        provider,
        Remediators(provider).Select(remediator => remediator.Remediation).Distinct(StringComparer.Ordinal)
            .ToImmutableSortedDictionary(name => name, _ => reach, StringComparer.Ordinal));

    /// <summary>
    /// What guard.yaml enables: of the rules that a remediator fixes, the one with the most trust decides. A cap on an account takes
    /// nothing away here, since the rule may go further in another one.
    /// </summary>
    public static FixGrants Of(Provider provider, RemediationSettings settings, IEnumerable<RuleDescriptor> rules)
    {
        var known = rules.ToList();
        var reaches = All(provider, FixReach.None).Reaches.ToBuilder();
        foreach (var remediator in Remediators(provider))
        {
            foreach (var rule in known.Where(rule => Fixes(remediator, rule)))
            {
                var reach = Reach(provider, settings.ModeOf(rule.Id, account: null));
                reaches[remediator.Remediation] = reach > reaches[remediator.Remediation] ? reach : reaches[remediator.Remediation];
            }
        }

        return new FixGrants(provider, reaches.ToImmutable());
    }

    /// <summary>The actions of one remediation at some reach, sorted.</summary>
    public static ImmutableArray<string> Actions(Provider provider, string remediation, FixReach reach) =>
    [
        .. Remediators(provider).Where(remediator => remediator.Remediation == remediation)
            .SelectMany(remediator => remediator.Permissions.Where(action => Grants(remediator, reach, action)))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Remediations whose undo needs more than the fix, sorted.</summary>
    public static ImmutableArray<string> WithUndoOfItsOwn(Provider provider) =>
    [
        .. Remediators(provider).Where(remediator => !remediator.UndoPermissions.IsEmpty).Select(remediator => remediator.Remediation)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>The same grants, but nothing that only undo needs.</summary>
    public FixGrants WithoutUndo() => this with
    {
        Reaches = Reaches.ToImmutableSortedDictionary(entry => entry.Key,
            entry => entry.Value is FixReach.Undo ? FixReach.Fix : entry.Value, StringComparer.Ordinal),
    };

    private static bool Grants(RemediatorDescriptor remediator, FixReach reach, string action) => reach switch
    {
        FixReach.None => false,
        FixReach.Plan => IsRead(remediator.Provider, action),
        FixReach.Fix => !remediator.UndoPermissions.Contains(action, StringComparer.Ordinal),
        FixReach.Undo => true,
    };

    /// <summary>AWS names its reading actions Get, List and Describe; Azure ends them in read. Anything else counts as a write.</summary>
    public static bool IsRead(Provider provider, string action) => provider switch
    {
        Provider.Aws => action[(action.IndexOf(':', StringComparison.Ordinal) + 1)..] is var verb
            && (verb.StartsWith("Get", StringComparison.Ordinal) || verb.StartsWith("List", StringComparison.Ordinal)
                || verb.StartsWith("Describe", StringComparison.Ordinal)),
        Provider.Azure => action.EndsWith("/read", StringComparison.OrdinalIgnoreCase),
    };

    private static FixReach Reach(Provider provider, RemediationMode mode) => mode switch
    {
        RemediationMode.Observe => FixReach.None,
        RemediationMode.Propose => FixReach.Plan,
        RemediationMode.Approve or RemediationMode.Enforce =>
            provider switch { Provider.Aws => FixReach.Fix, Provider.Azure => FixReach.Undo },
    };

    private static bool Fixes(RemediatorDescriptor remediator, RuleDescriptor rule) =>
        rule.Remediation == remediator.Remediation
        && rule.IsIn(remediator.Provider)
        && (remediator.Rules.IsEmpty || remediator.Rules.Contains(rule.Id, StringComparer.Ordinal));

    private static ImmutableArray<RemediatorDescriptor> Remediators(Provider provider) => provider switch
    {
        Provider.Aws => RemediationCatalog.Aws.All,
        Provider.Azure => RemediationCatalog.Azure.All,
    };
}
