using ServerlessGuard.Resources;

namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>What a request path to ARM means.</summary>
/// <param name="Id">The resource, or the resource that a collection or an action hangs below; case as it came.</param>
/// <param name="Type">The native type of the resource or of the collection's members; empty for subscriptions and groups.</param>
/// <param name="Collection">The last word of a list (<c>containers</c>); null for a resource.</param>
public sealed record ArmPath(string Id, string Type, string? Collection)
{
    /// <summary>The collection's own path, in the form of <see cref="ArmId.Key"/>.</summary>
    public string? CollectionKey { get; private init; }

    /// <summary>Null for what is no ARM path.</summary>
    public static ArmPath? Parse(string path)
    {
        var id = ArmId.Normal(path);
        var at = id.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            var segments = id.Split('/', StringSplitOptions.RemoveEmptyEntries);
            return segments switch
            {
                [var first, _] when first.Equals("subscriptions", StringComparison.OrdinalIgnoreCase) =>
                    new(id, "Microsoft.Resources/subscriptions", null),
                [var first, _, var second] when first.Equals("subscriptions", StringComparison.OrdinalIgnoreCase)
                    => new(id[..id.LastIndexOf('/')], "Microsoft.Resources/" + second, second) { CollectionKey = ArmId.Key(id) },
                [var first, _, var second, _] when first.Equals("subscriptions", StringComparison.OrdinalIgnoreCase)
                    && second.Equals("resourceGroups", StringComparison.OrdinalIgnoreCase) =>
                        new(id, "Microsoft.Resources/resourceGroups", null),
                _ => null,
            };
        }

        var provider = id[(at + "/providers/".Length)..].Split('/');
        if (provider.Length < 2 || provider.Any(segment => segment.Length == 0))
        {
            return null;
        }

        var type = string.Join('/', provider.Where((_, index) => index == 0 || index % 2 == 1));
        return provider.Length % 2 == 1
            ? new ArmPath(id, type, null)
            : new ArmPath(provider.Length == 2 ? id[..at] : id[..id.LastIndexOf('/')], type, provider[^1])
                { CollectionKey = ArmId.Key(id) };
    }
}
