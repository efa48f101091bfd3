using System.Collections.Immutable;

namespace ServerlessGuard.Cli.Permissions;

/// <summary>One statement of an IAM policy, before it knows any name.</summary>
public sealed record AwsStatement(string Sid, AwsTarget Target, ImmutableArray<string> Actions)
{
    public bool Denies { get; init; }

    public AwsLimit Limit { get; init; }

    /// <summary>Only rows of these partitions of the table, <c>aws:*</c>; empty: no such condition.</summary>
    public ImmutableArray<string> Partitions { get; init; } = [];
}
