using System.Collections.Immutable;
using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>A conditional access policy that asks everybody for a second factor, but for the people that it leaves out.</summary>
public sealed record ConditionalAccessFacts(ResourceRef Subject) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("no host may read Microsoft Graph");

    /// <summary>In force; a policy that only reports is not.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>Why it does not ask everybody, whatever people it leaves out; null: it does.</summary>
    public required string? Gap { get; init; }

    /// <summary>Applications that it covers, in lower case; <c>all</c> for all.</summary>
    public required ImmutableArray<string> Applications { get; init; }

    /// <summary>Applications that it leaves out.</summary>
    public required ImmutableArray<string> ExcludedApplications { get; init; }

    /// <summary>Ids of the users and groups that it leaves out, in lower case.</summary>
    public required ImmutableArray<string> ExcludedPeople { get; init; }

    public override IEnumerable<string> JoinKeys => [SignInJoin.Directory];

    public bool Covers(string application) =>
        (Applications.Contains("all", StringComparer.Ordinal) || Applications.Contains(application, StringComparer.Ordinal))
        && !ExcludedApplications.Contains(application, StringComparer.Ordinal);
}

/// <summary>Microsoft Graph <c>conditionalAccessPolicy</c>.</summary>
/// <remarks>Source: Microsoft Graph v1.0, conditionalAccessPolicy and conditionalAccessConditionSet resource types.</remarks>
public sealed class ConditionalAccessReader : FactReader
{
    public override string NativeType => GraphTypes.ConditionalAccess;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.SecondFactor];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var (conditions, policy) = (resource.Document["conditions"], resource.Document);
        var (users, applications) = (conditions["users"], conditions["applications"]);
        facts.Add(new ConditionalAccessFacts(resource.Ref)
        {
            IsEnabled = policy["state"].Is("enabled"),
            Gap = Gap(policy["grantControls"], conditions, users),
            Applications = Ids(applications["includeApplications"]),
            ExcludedApplications = Ids(applications["excludeApplications"]),
            ExcludedPeople = [.. Ids(users["excludeUsers"]), .. Ids(users["excludeGroups"])],
        });
        facts.Add(SignInJoin.Of(resource));
    }

    private static string? Gap(Doc grant, Doc conditions, Doc users)
    {
        var clients = Ids(conditions["clientAppTypes"]);
        return 0 switch
        {
            _ when !AsksForFactor(grant) => "it does not require a second factor",
            _ when !Ids(users["includeUsers"]).Contains("all", StringComparer.Ordinal) => "it is not for all users",
            _ when users["excludeRoles"].Items.Count > 0 => "it leaves out roles",
            _ when users["excludeGuestsOrExternalUsers"].Exists => "it leaves out guests",
            _ when clients.Length > 0 && !clients.Contains("all", StringComparer.Ordinal)
                && !(clients.Contains("browser", StringComparer.Ordinal)
                && clients.Contains("mobileappsanddesktopclients", StringComparer.Ordinal)) => "it is not for all clients",
            _ when Narrows(conditions["locations"], "includeLocations", "excludeLocations") => "it is not for all places",
            _ when Narrows(conditions["platforms"], "includePlatforms", "excludePlatforms") => "it is not for all platforms",
            _ when conditions["signInRiskLevels"].Items.Count > 0 || conditions["userRiskLevels"].Items.Count > 0 =>
                "it is for risky sign-ins only",
            _ when conditions["devices", "deviceFilter"].Exists => "it is not for all devices",
            _ => null,
        };
    }

    /// <summary>With OR, every other control is a way around the second factor.</summary>
    private static bool AsksForFactor(Doc grant)
    {
        var controls = Ids(grant["builtInControls"]);
        var hasStrength = grant["authenticationStrength"].IsObject;
        return (controls.Contains("mfa", StringComparer.Ordinal) || hasStrength)
            && (!grant["operator"].Is("OR") || controls.All(control => control is "mfa"));
    }

    private static bool Narrows(Doc condition, string includes, string excludes) => condition.IsObject
        && (condition[excludes].Items.Count > 0
            || condition[includes].Items.Count > 0 && !Ids(condition[includes]).Contains("all", StringComparer.Ordinal));

    private static ImmutableArray<string> Ids(Doc list) =>
        [.. list.OneOrMany().Select(id => id.Text).OfType<string>().Select(id => id.ToLowerInvariant())];
}
