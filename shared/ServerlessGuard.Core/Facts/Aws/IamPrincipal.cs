using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>What roles, users and groups have in common: inline policies and attached policies.</summary>
internal static class IamPrincipal
{
    /// <summary>SG-ID-005: an inline policy that allows everything, or AdministratorAccess attached.</summary>
    public static GrantFacts Grant(Resource resource, string inlineList) => new(resource.Ref)
    {
        GrantsEverything = InlinePolicies.Any(resource.Configuration[inlineList], "configuration." + inlineList, PolicyPower.Everything)
            | Attached(resource, PolicyPower.IsAdministratorAccess),
    };

    public static Fact Administrator(Resource resource, string inlineList) =>
        InlinePolicies.Any(resource.Configuration[inlineList], "configuration." + inlineList, PolicyPower.Administrator)
        | Attached(resource, PolicyPower.IsAdministratorArn);

    public static IEnumerable<string> AttachedArns(Resource resource) =>
        resource.Configuration["attachedManagedPolicies"].Items.All().Select(policy => policy["policyArn"].Text).OfType<string>();

    private static Fact Attached(Resource resource, Func<string, bool> ask)
    {
        const string Path = "configuration.attachedManagedPolicies";
        if (!resource.Configuration["attachedManagedPolicies"].Exists)
        {
            return Fact.Unknown(Path, "not in the item");
        }

        var found = AttachedArns(resource).FirstOrDefault(ask);
        return found is null ? Fact.False(Path, "no such policy") : Fact.True(Path, DocText.Shown(found));
    }
}
