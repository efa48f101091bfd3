using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>Policies directly on a user, inline or attached.</summary>
internal static class PersonalPolicies
{
    /// <summary>Policies of this product that take rights away instead of giving them.</summary>
    private static readonly string[] Ours = ["SG-Quarantine", "SG-RequireMfa"];

    /// <param name="resource">An AWS::IAM::User.</param>
    /// <param name="isAdministrator">Through its own policies.</param>
    public static PersonalGrantFacts Of(Resource resource, bool isAdministrator) => new(resource.Ref)
    {
        Direct = Any(resource.Configuration["attachedManagedPolicies"], "configuration.attachedManagedPolicies")
            | Any(resource.Configuration["userPolicyList"], "configuration.userPolicyList"),
        IsBroad = isAdministrator,
    };

    private static Fact Any(Doc list, string path)
    {
        if (!list.Exists || !list.IsArray && !list.Decoded().IsArray)
        {
            return Fact.Unknown(path, list.Exists ? "not a list" : "not in the item");
        }

        foreach (var policy in list.Items)
        {
            if (!Ours.Contains(policy["policyName"].Text, StringComparer.Ordinal) && policy.IsObject)
            {
                return Fact.True(path, DocText.Shown(policy["policyName"].NonEmpty ?? policy["policyArn"].NonEmpty ?? "unnamed"));
            }
        }

        return Fact.False(path, "no policy");
    }
}
