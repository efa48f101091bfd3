using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Guards;

/// <summary>
/// What this deployment is made of, by the exact ids that its template wrote into its environment. Neither a tag nor a name makes a
/// resource ours: those anyone can give.
/// </summary>
/// <param name="ids">ARNs, and ids of Azure Resource Manager.</param>
public sealed class OwnResources(IEnumerable<string> ids)
{
    /// <summary>Why nothing of it is changed.</summary>
    public const string Reason = "it is part of ServerlessGuard itself: change it through the template that created it";

    private readonly ImmutableArray<string> _ids = [.. ids];

    public static OwnResources None { get; } = new([]);

    public bool Has(ResourceRef resource) => Has(resource.Id);

    /// <summary>
    /// The resource, or a part of it: a version of a function, a container of a storage account. Not what is attached to it from outside,
    /// as a role on it is.
    /// </summary>
    public bool Has(string id) => _ids.Any(own => own.StartsWith("arn:", StringComparison.Ordinal)
        ? Lies(id, own, ':', StringComparison.Ordinal)
        : Lies(id, own, '/', StringComparison.OrdinalIgnoreCase)
            && !id[own.Length..].Contains("/providers/", StringComparison.OrdinalIgnoreCase));

    private static bool Lies(string id, string own, char separator, StringComparison comparison) =>
        id.StartsWith(own, comparison) && (id.Length == own.Length || id[own.Length] == separator);
}
