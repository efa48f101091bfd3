using ServerlessGuard.Policies;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Trust;

/// <summary>
/// sts:AssumeRole for everyone, or for an account that is not ours. A fixed sts:ExternalId makes the trust in one named account, a vendor,
/// sound; nothing but the organisation, account or ARN of the caller confines trust in everyone.
/// </summary>
/// <remarks>aws:PrincipalTag does not confine: a stranger tags its own role. Source: IAM User Guide, "The confused deputy
/// problem".</remarks>
public static class ForeignTrust
{
    private const string Path = "configuration.assumeRolePolicyDocument";

    public static ForeignTrustFacts Read(Resource resource, Policy? trust, RuleSettings settings)
    {
        if (trust is null)
        {
            return new ForeignTrustFacts(resource.Ref)
                { OpenToForeigners = Fact.Unknown(Path, "not in the item, or not a policy document") };
        }

        var own = resource.Ref.Account ?? (Arn.TryParse(resource.Ref.Id, out var arn) ? arn.Account : null);
        bool IsTrusted(string account) => settings.IsTrustedAccount(account, own);
        var open = Fact.False(Path, "no foreign principal");
        var deleted = new List<SubFinding>();
        foreach (var statement in trust.Statements.Where(statement => statement.Allows && statement.Touches("sts:AssumeRole")))
        {
            deleted.AddRange(statement.Principals.Where(principal => principal.IsDeleted)
                .Select(principal => Deleted(statement, principal)));
            if (Confinement.Of(statement, ConfiningKeys.Trust, IsTrusted) is not null)
            {
                continue;
            }

            if (statement.IsForEveryone && !Exposure.IsTakenBack(trust, statement, "sts:AssumeRole"))
            {
                open |= Fact.True(Path, $"{statement.Label}: everyone, {Confinement.Ignored(statement)}");
            }
            else if (Foreigner(statement, IsTrusted) is { } account && !HasExternalId(statement))
            {
                open |= own is null
                    ? Fact.Unknown("accountId", "the item does not name the role's account")
                    : Fact.True(Path, $"{statement.Label}: account {account}, without sts:ExternalId");
            }
        }

        return new ForeignTrustFacts(resource.Ref) { OpenToForeigners = open, SubFindings = [.. deleted.Take(1)] };
    }

    private static string? Foreigner(Statement statement, Func<string, bool> isTrusted) =>
        statement.Principals.Select(principal => principal.Account).FirstOrDefault(account => account is not null && !isTrusted(account));

    private static bool HasExternalId(Statement statement) => statement.Conditions.Any(condition =>
        condition.IsKey("sts:ExternalId") && condition.IsPositiveText && condition.Values.Length > 0
        && condition.Values.All(value => value.Length > 0 && !value.Contains("${", StringComparison.Ordinal)
            && !(condition.ReadsWildcards && Glob.HasWildcard(value))));

    private static SubFinding Deleted(Statement statement, Principal principal) => new(
        "deleted-principal", Severity.Medium, "The role still trusts a principal that was deleted.",
        new Evidence(Path, $"{statement.Label}: {principal.Value}"));
}
