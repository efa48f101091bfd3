using System.Collections.Immutable;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// What else than its own event, and the list of all resources, leads to a judgement of a type: declared by the type's reader.
/// <see cref="AzureRoutes"/> has all of them.
/// </summary>
/// <remarks>Operation names: "Azure permissions" (Microsoft Learn), without case.</remarks>
public abstract record AzureRoute
{
    private AzureRoute()
    {
    }

    /// <summary>A part of an ancestor, which its findings are about: its change is judged as one of the ancestor.</summary>
    public sealed record PartOf(string Ancestor) : AzureRoute
    {
        /// <summary>For an extension: what it must hang on, below the ancestor. An extension of anything else concerns nobody.</summary>
        public string Under { get; init; } = string.Empty;
    }

    /// <summary>The type has parts without a reader of their own: what they change stands in its own document.</summary>
    public sealed record HasPart(string Name) : AzureRoute;

    /// <summary>An action after which a fact may be another one. Every other action changes nothing that a rule reads.</summary>
    /// <param name="Name">Below the type: <c>regenerateKey</c>, <c>config/list</c>.</param>
    public sealed record Acted(string Name) : AzureRoute;

    /// <summary>
    /// Single children with findings of their own that are judged together with their parent: they have no events, or the parent's deletion
    /// is theirs.
    /// </summary>
    public sealed record WithParent(string Parent, ImmutableArray<string> Paths) : AzureRoute
    {
        /// <summary>Only a POST to <c>…/list</c> shows them.</summary>
        public bool IsPosted { get; init; }
    }

    /// <summary>
    /// The one child of that name comes and goes with its parent, without an event of its own: the parent's event is its.
    /// </summary>
    public sealed record FollowsParent(string Parent, string Path) : AzureRoute;

    /// <summary>Resource Graph does not list these: the sweep asks each parent.</summary>
    public sealed record ListedByParent : AzureRoute;

    /// <summary>Judged through all resources of another type in the subscription, which point at it.</summary>
    public sealed record Through(string NativeType) : AzureRoute;
}
