using System.Text.Json.Nodes;
using ServerlessGuard.Networks;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// <c>networkAcls</c> of storage accounts, vaults and AI accounts. ARM replaces it as a whole, so it is read and written as a whole.
/// </summary>
/// <remarks>Source: REST API specifications of Microsoft.Storage 2025-06-01, Microsoft.KeyVault 2023-07-01, Microsoft.CognitiveServices
/// 2025-06-01.</remarks>
internal static class NetworkAcls
{
    private const string Action = "defaultAction";

    /// <param name="bypass">What an absent <c>bypass</c> stands for; null where the type has none by default.</param>
    public static JsonObject Read(JsonObject properties, string? bypass)
    {
        var live = properties["networkAcls"] as JsonObject ?? [];
        var acls = new JsonObject();
        if ((live.Text("bypass") ?? bypass) is { } passes)
        {
            acls["bypass"] = passes;
        }

        acls[Action] = live.Is(Action, "Deny") ? "Deny" : "Allow";
        foreach (var name in (ReadOnlySpan<string>)["ipRules", "virtualNetworkRules", "ipv6Rules", "resourceAccessRules"])
        {
            var rules = live.Objects(name).Select(Written).ToArray();
            if (rules.Length > 0 || name is "ipRules" or "virtualNetworkRules")
            {
                acls[name] = new JsonArray(rules);
            }
        }

        return acls;
    }

    public static bool Denies(JsonObject acls) => acls.Is(Action, "Deny");

    public static JsonObject Denying(JsonObject acls) => acls.With(Action, "Deny");

    /// <summary>
    /// The named ranges together let in the internet: denying the rest changes little, and which of them may stay only a person knows.
    /// </summary>
    public static bool AreTooWide(JsonObject acls) => Internet.IsOpenTo(AddressSet.Of(
        acls.Objects("ipRules").Concat(acls.Objects("ipv6Rules"))
            .Where(rule => rule.Text("action") is null || rule.Is("action", "Allow"))
            .Select(rule => AddressRange.Parse(rule.Text("value"))).OfType<AddressRange>()));

    /// <summary>How many callers stay, for the sentence.</summary>
    public static int Kept(JsonObject acls) =>
        acls.Items("ipRules").Count + acls.Items("ipv6Rules").Count + acls.Items("virtualNetworkRules")
            .Count + acls.Items("resourceAccessRules").Count;

    /// <summary>A virtual network rule's <c>state</c> is the service's, not ours to send, and moves by itself.</summary>
    private static JsonNode Written(JsonObject rule)
    {
        var copy = rule.DeepClone().AsObject();
        copy.Remove("state");
        return copy;
    }
}
