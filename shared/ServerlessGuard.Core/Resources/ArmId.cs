namespace ServerlessGuard.Resources;

/// <summary>
/// Azure Resource Manager ids: compared without case (the platform itself mixes resourcegroups and resourceGroups), with or without the
/// leading slash, with child and extension resources below their parent.
/// </summary>
public static class ArmId
{
    private const string Providers = "/providers/";

    public static bool Looks(string? text) =>
        text is not null && (StartsWith(text, "/subscriptions/") || StartsWith(text, "subscriptions/") || StartsWith(text, Providers));

    /// <summary>With a leading slash and without a trailing one, case kept.</summary>
    public static string Normal(string id) => "/" + id.Trim().Trim('/');

    /// <summary>The form that two spellings of one id share.</summary>
    public static string Key(string id) => Normal(id).ToLowerInvariant();

    /// <summary>The subscription's GUID, or null for a tenant or management-group id.</summary>
    public static string? Subscription(string id)
    {
        var normal = Normal(id);
        if (!StartsWith(normal, "/subscriptions/"))
        {
            return null;
        }

        var rest = normal["/subscriptions/".Length..];
        var end = rest.IndexOf('/', StringComparison.Ordinal);
        var subscription = end < 0 ? rest : rest[..end];
        return subscription.Length == 0 ? null : subscription.ToLowerInvariant();
    }

    /// <summary>
    /// The type that the id itself spells (the last provider section), or null. It is the better witness than a <c>type</c> field: exports
    /// write the parent's type on extension resources.
    /// </summary>
    public static string? Type(string id)
    {
        var normal = Normal(id);
        var at = normal.LastIndexOf(Providers, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return normal.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
            {
                [var first, _] when first.Equals("subscriptions", StringComparison.OrdinalIgnoreCase) =>
                    "Microsoft.Resources/subscriptions",
                [var first, _, var second, _] when first.Equals("subscriptions", StringComparison.OrdinalIgnoreCase)
                    && second.Equals("resourceGroups", StringComparison.OrdinalIgnoreCase) => "Microsoft.Resources/resourceGroups",
                _ => null,
            };
        }

        var segments = normal[(at + Providers.Length)..].Split('/');
        if (segments.Length < 3 || segments.Length % 2 == 0)
        {
            return null;
        }

        return string.Join('/', segments.Where((_, index) => index == 0 || index % 2 == 1));
    }

    /// <summary>The last name in the id.</summary>
    public static string Name(string id)
    {
        var normal = Normal(id);
        return normal[(normal.LastIndexOf('/') + 1)..];
    }

    /// <summary>
    /// The resource that a child (<c>…/containers/x</c>) or an extension (<c>…/providers/Microsoft.Insights/diagnosticSettings/x</c>)
    /// belongs to; null at the top.
    /// </summary>
    public static string? Parent(string id)
    {
        var normal = Normal(id);
        var at = normal.LastIndexOf(Providers, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }

        var segments = normal[(at + Providers.Length)..].Split('/');
        if (segments.Length > 3)
        {
            var cut = normal.LastIndexOf('/');
            return normal[..normal.LastIndexOf('/', cut - 1)];
        }

        // An extension's target is what stands before /providers/; a top-level resource there has only its resource group.
        return at == 0 ? null : normal[..at];
    }

    private static bool StartsWith(string text, string prefix) => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}
