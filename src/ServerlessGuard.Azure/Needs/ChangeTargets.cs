using System.Collections.Frozen;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Needs;

/// <summary>
/// Which resource has to be judged again after a change: a child that a rule reads belongs to the resource that the finding is about, and so does an action. One explicit
/// table; what is not in it stands for itself.
/// </summary>
/// <remarks>Operation names: "Azure permissions" (Microsoft Learn), without case. A subject may be the child, or for an action whatever was posted to.</remarks>
internal static class ChangeTargets
{
    public const string DiagnosticSettings = "Microsoft.Insights/diagnosticSettings";
    public const string Subscription = "Microsoft.Resources/subscriptions";
    private const string StorageAccount = "Microsoft.Storage/storageAccounts";
    private const string Database = "Microsoft.Sql/servers/databases";

    /// <summary>A child's type, and the ancestor that is judged.</summary>
    private static readonly FrozenDictionary<string, string> Ancestors = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Microsoft.Storage/storageAccounts/blobServices"] = StorageAccount,
        ["Microsoft.Storage/storageAccounts/blobServices/containers"] = StorageAccount,
        ["Microsoft.Storage/storageAccounts/localUsers"] = StorageAccount,
        ["Microsoft.Network/networkSecurityGroups/securityRules"] = "Microsoft.Network/networkSecurityGroups",
        ["Microsoft.Sql/servers/firewallRules"] = "Microsoft.Sql/servers",
        ["Microsoft.DBforPostgreSQL/flexibleServers/firewallRules"] = "Microsoft.DBforPostgreSQL/flexibleServers",
        ["Microsoft.DBforMySQL/flexibleServers/firewallRules"] = "Microsoft.DBforMySQL/flexibleServers",
        ["Microsoft.Web/sites/config"] = "Microsoft.Web/sites",
        ["Microsoft.Web/sites/functions"] = "Microsoft.Web/sites",
        ["Microsoft.Web/sites/slots/config"] = "Microsoft.Web/sites/slots",
        ["Microsoft.Web/sites/slots/functions"] = "Microsoft.Web/sites/slots",
        ["Microsoft.KeyVault/vaults/accessPolicies"] = "Microsoft.KeyVault/vaults",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Actions after which a fact may be another one, and the type that is judged. Every other action changes nothing that a rule reads.</summary>
    private static readonly FrozenDictionary<string, string> Actions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["Microsoft.Storage/storageAccounts/listKeys/action"] = StorageAccount,
        ["Microsoft.Storage/storageAccounts/regenerateKey/action"] = StorageAccount,
        ["Microsoft.CognitiveServices/accounts/listKeys/action"] = "Microsoft.CognitiveServices/accounts",
        ["Microsoft.CognitiveServices/accounts/regenerateKey/action"] = "Microsoft.CognitiveServices/accounts",
        ["Microsoft.DocumentDB/databaseAccounts/regenerateKey/action"] = "Microsoft.DocumentDB/databaseAccounts",
        ["Microsoft.MachineLearningServices/workspaces/onlineEndpoints/regenerateKeys/action"] = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
        ["Microsoft.Network/networkSecurityGroups/join/action"] = "Microsoft.Network/networkSecurityGroups",
        ["Microsoft.Web/sites/config/list/action"] = "Microsoft.Web/sites",
        ["Microsoft.Web/sites/slots/config/list/action"] = "Microsoft.Web/sites/slots",
        ["Microsoft.Web/sites/slotsswap/action"] = "Microsoft.Web/sites",
        ["Microsoft.Web/sites/slots/slotsswap/action"] = "Microsoft.Web/sites",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> ChildTypes => Ancestors.Keys;

    public static IEnumerable<string> ActionNames => Actions.Keys;

    /// <summary>The id of the resource to judge; null when no rule reads what changed.</summary>
    public static string? Of(CloudChange change) => change.Kind is ChangeKind.Acted
        ? change.Operation is { } operation && Actions.TryGetValue(operation, out var acted) ? Ancestor(change.ResourceId, acted) : null
        : Of(change.ResourceId);

    /// <summary>The id of the resource to judge when this one has changed.</summary>
    public static string? Of(string id)
    {
        var type = ArmId.Type(id);
        if (type is null)
        {
            return null;
        }

        if (Ancestors.TryGetValue(type, out var ancestor))
        {
            return Ancestor(id, ancestor);
        }

        if (type.Equals(DiagnosticSettings, StringComparison.OrdinalIgnoreCase))
        {
            // An extension of what it records: of a blob service it concerns the account, of a subscription the subscription.
            return ArmId.Parent(id) is { } recorded && ArmId.Type(recorded) is { } what
                ? what.Equals(Subscription, StringComparison.OrdinalIgnoreCase) ? recorded : Ancestor(recorded, StorageAccount)
                : null;
        }

        // A database's encryption is a child that comes and goes with it, without an event of its own.
        return type.Equals(Database, StringComparison.OrdinalIgnoreCase) ? id + "/transparentDataEncryption/current" : id;
    }

    private static string? Ancestor(string id, string type)
    {
        for (var at = id; at is not null; at = ArmId.Parent(at))
        {
            if (type.Equals(ArmId.Type(at), StringComparison.OrdinalIgnoreCase))
            {
                return at;
            }
        }

        return null;
    }
}
