using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>Neighbours in Azure Resource Manager.</summary>
public sealed record AzureSource(AzureFind By) : Source
{
    /// <summary>Of the neighbours; null: the type that the path spells below its parent's.</summary>
    public string? NativeType { get; init; }

    /// <summary>Below the id: <c>/firewallRules</c>, <c>/config/web</c>.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>For a list or a child: the types that it is below.</summary>
    public ImmutableArray<string> Of { get; init; } = [];

    /// <summary>All types that may be asked for.</summary>
    public IEnumerable<string> NativeTypes => NativeType is { } type ? [type] : Of.Select(Below);

    public override bool Takes(string key) => By switch
    {
        AzureFind.Assignments => Guid.TryParse(key, out _),
        AzureFind.Id or AzureFind.Child or AzureFind.List => ArmId.Looks(key),
    };

    /// <param name="parent">The id, or key, of what the neighbours are below.</param>
    public string TypeBelow(string parent) => NativeType ?? Below(ArmId.Type(parent) ?? string.Empty);

    /// <summary>The path of a child ends in its name.</summary>
    private string Below(string parentType) => parentType + (By is AzureFind.Child ? Path[..Path.LastIndexOf('/')] : Path);
}

/// <summary>How a neighbour is found in Azure Resource Manager.</summary>
public enum AzureFind
{
    /// <summary>All children below the id at the path; that all were listed is noted (<see cref="ListedChildren"/>).</summary>
    List = 1,

    /// <summary>The one child below the id at the path.</summary>
    Child = 2,

    /// <summary>The resource with the id, which often stands in a document.</summary>
    Id = 3,

    /// <summary>The role assignments of a principal, among all of the subscription; that all were listed is noted.</summary>
    Assignments = 4,
}
