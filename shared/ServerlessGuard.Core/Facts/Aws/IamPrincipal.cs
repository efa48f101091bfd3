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
            | Attached(resource, (arn, path) => new Fact(PolicyPower.IsAdministratorAccess(arn), path, DocText.Shown(arn))),
    };

    public static Fact Administrator(Resource resource, string inlineList) =>
        InlinePolicies.Any(resource.Configuration[inlineList], "configuration." + inlineList, PolicyPower.Administrator)
        | Attached(resource, (arn, path) => PolicyPower.IsAwsManaged(arn)
            ? ManagedPolicies.IsAdministrator(arn, path)
            : Fact.False(path, "not by AWS"));

    public static IEnumerable<string> AttachedArns(Resource resource) =>
        resource.Configuration["attachedManagedPolicies"].Items.All().Select(policy => policy["policyArn"].Text).OfType<string>();

    private static Fact Attached(Resource resource, Func<string, string, Fact> ask)
    {
        const string Path = "configuration.attachedManagedPolicies";
        if (!resource.Configuration["attachedManagedPolicies"].Exists)
        {
            return Fact.Unknown(Path, "not in the item");
        }

        return AttachedArns(resource).Aggregate(Fact.False(Path, "no such policy"), (sofar, arn) => sofar | ask(arn, Path));
    }
}
