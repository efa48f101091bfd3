using System.Collections.Frozen;
using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// The routes of all readers, by what a host has in hand: an id that changed, an action, a resource that is read. What is in none of them
/// stands for itself.
/// </summary>
public static class AzureRoutes
{
    private static readonly ImmutableArray<(FactReader Reader, AzureRoute Route)> All =
        [.. FactReaders.All.SelectMany(reader => reader.Routes.Select(route => (reader, route)))];

    /// <summary>A child's type, and the ancestor that is judged.</summary>
    private static readonly FrozenDictionary<string, string> Ancestors = Children()
        .DistinctBy(child => child.Type, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(child => child.Type, child => child.Ancestor, StringComparer.OrdinalIgnoreCase);

    /// <summary>An extension's type, what it hangs on below an ancestor, and that ancestor's type.</summary>
    private static readonly ILookup<string, AzureRoute.PartOf> Extensions =
        All.Where(one => one.Route is AzureRoute.PartOf part && !IsBelow(one.Reader.NativeType, part.Ancestor))
        .ToLookup(one => one.Reader.NativeType, one => (AzureRoute.PartOf)one.Route, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Actions = Of<AzureRoute.Acted>()
        .ToFrozenDictionary(one => $"{one.Reader.NativeType}/{one.Route.Name}/action", one => one.Reader.NativeType,
            StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Followers =
        Of<AzureRoute.FollowsParent>().ToFrozenDictionary(one => one.Route.Parent, one => one.Route.Path, StringComparer.OrdinalIgnoreCase);

    /// <summary>One spelling per type: the table keeps a clock for each.</summary>
    private static readonly FrozenDictionary<string, string> Spellings =
        FactReaders.All.Select(reader => reader.NativeType).Concat(Followers.Keys)
            .ToFrozenDictionary(type => type, StringComparer.OrdinalIgnoreCase);

    /// <summary>Types of parts: whatever changes in them, something else is judged.</summary>
    public static IEnumerable<string> PartTypes => Ancestors.Keys;

    public static IEnumerable<string> ActionNames => Actions.Keys;

    /// <summary>Types without findings that lead the sweep to others.</summary>
    public static IEnumerable<string> Leading =>
        Followers.Keys.Concat(Of<AzureRoute.ListedByParent>().Select(one => ParentOf(one.Reader.NativeType)))
        .Distinct(StringComparer.OrdinalIgnoreCase).Where(type => FactReaders.For(type) is not { Gives.Count: > 0 });

    /// <summary>The type as its reader spells it.</summary>
    public static string Spelled(string nativeType) => Spellings.GetValueOrDefault(nativeType, nativeType);

    /// <summary>The type of an id in our spelling; null when the id spells none.</summary>
    public static string? TypeOf(string id) => ArmId.Type(id) is { } type ? Spelled(type) : null;

    /// <summary>Children that are read and judged whenever a resource of the type is.</summary>
    public static IEnumerable<AzureRoute.WithParent> JudgedWith(string parentType) =>
        Of<AzureRoute.WithParent>().Select(one => one.Route)
            .Where(route => route.Parent.Equals(parentType, StringComparison.OrdinalIgnoreCase));

    /// <summary>Types of children that the sweep asks a resource of the type for.</summary>
    public static IEnumerable<string> ListedBy(string parentType) => Of<AzureRoute.ListedByParent>().Select(one => one.Reader.NativeType)
        .Where(type => ParentOf(type).Equals(parentType, StringComparison.OrdinalIgnoreCase));

    /// <summary>The type that a resource of this one is judged through; null: it is not.</summary>
    public static string? Through(string nativeType) =>
        FactReaders.For(nativeType)?.Routes.OfType<AzureRoute.Through>().FirstOrDefault()?.NativeType;

    /// <summary>
    /// The id of the resource to judge after an action on an id; null when no rule reads what it changed. The id may be a child, or
    /// whatever was posted to.
    /// </summary>
    public static string? AfterAction(string id, string? operation) =>
        operation is not null && Actions.TryGetValue(operation, out var acted) ? Ancestor(id, acted) : null;

    /// <summary>The id of the resource to judge when this one has changed; null when no rule reads what changed.</summary>
    public static string? AfterChange(string id)
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

        if (Extensions.Contains(type))
        {
            return ArmId.Parent(id) is { } target
                ? Extensions[type].Select(part => Extended(target, part)).FirstOrDefault(extended => extended is not null)
                : null;
        }

        return Followers.TryGetValue(type, out var follower) ? id + follower : id;
    }

    private static string? Extended(string target, AzureRoute.PartOf part)
    {
        var ancestor = target.EndsWith(part.Under, StringComparison.OrdinalIgnoreCase) ? target[..^part.Under.Length] : null;
        return ancestor is not null && part.Ancestor.Equals(ArmId.Type(ancestor), StringComparison.OrdinalIgnoreCase) ? ancestor : null;
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

    private static IEnumerable<(string Type, string Ancestor)> Children() =>
    [
        .. Of<AzureRoute.PartOf>().Where(one => IsBelow(one.Reader.NativeType, one.Route.Ancestor))
            .Select(one => (one.Reader.NativeType, one.Route.Ancestor)),
        .. Of<AzureRoute.HasPart>().Select(one => ($"{one.Reader.NativeType}/{one.Route.Name}", one.Reader.NativeType)),
        .. Of<AzureRoute.WithParent>().Select(one => (one.Reader.NativeType, one.Route.Parent)),
    ];

    private static IEnumerable<(FactReader Reader, T Route)> Of<T>()
        where T : AzureRoute =>
        All.Where(one => one.Route is T).Select(one => (one.Reader, (T)one.Route));

    private static bool IsBelow(string type, string ancestor) => type.StartsWith(ancestor + "/", StringComparison.OrdinalIgnoreCase);

    private static string ParentOf(string type) => type[..type.LastIndexOf('/')];
}
