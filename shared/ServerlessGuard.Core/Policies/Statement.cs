using System.Collections.Immutable;

namespace ServerlessGuard.Policies;

/// <summary>One statement of an IAM policy, trust policy or resource policy.</summary>
public sealed record Statement
{
    /// <summary>Its place in the document, from 0.</summary>
    public required int Index { get; init; }

    public string? Sid { get; init; }
    public required bool Allows { get; init; }
    public ImmutableArray<Principal> Principals { get; init; } = [];

    /// <summary>NotPrincipal: everyone but these.</summary>
    public ImmutableArray<Principal> NotPrincipals { get; init; } = [];

    public ImmutableArray<string> Actions { get; init; } = [];

    /// <summary>NotAction: every action but these.</summary>
    public ImmutableArray<string> NotActions { get; init; } = [];

    public ImmutableArray<string> Resources { get; init; } = [];
    public ImmutableArray<string> NotResources { get; init; } = [];
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    public string Label => Sid is { Length: > 0 } ? $"Statement[{Index}] ({Sid})" : $"Statement[{Index}]";

    /// <summary>Can this statement apply to some action that the pattern matches? Action names compare without case.</summary>
    public bool Touches(string actionPattern) => NotActions.Length > 0
        ? !NotActions.Any(not => Glob.Covers(not, actionPattern, ignoreCase: true))
        : Actions.Any(action => Glob.Meet(action, actionPattern, ignoreCase: true));

    /// <summary>Does this statement apply to every action that the pattern matches?</summary>
    public bool CoversAction(string actionPattern) => NotActions.Length > 0
        ? !NotActions.Any(not => Glob.Meet(not, actionPattern, ignoreCase: true))
        : Actions.Any(action => Glob.Covers(action, actionPattern, ignoreCase: true));

    /// <summary>
    /// Does this statement apply to every resource that the pattern matches? No Resource at all means the resource it is attached to.
    /// </summary>
    public bool CoversResource(string resourcePattern) => NotResources.Length > 0
        ? !NotResources.Any(not => Glob.Meet(not, resourcePattern))
        : Resources.Length == 0 || Resources.Any(resource => Glob.Covers(resource, resourcePattern));

    /// <summary>A Deny for this principal leaves nobody out: <c>*</c>, not a pattern of ARNs.</summary>
    public bool NamesEveryPrincipal => Principals.Any(principal => principal.Value is "*" && !principal.IsService);

    /// <summary>Everyone, whoever they are: <c>*</c>, a wildcard account in an ARN, or NotPrincipal.</summary>
    public bool IsForEveryone => NotPrincipals.Length > 0 || Principals.Any(principal => principal.IsEveryone);
}
