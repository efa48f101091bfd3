using System.Collections.Immutable;

namespace ServerlessGuard.Rules;

/// <summary>What a rule means in one cloud, for its page, the table and the reader of a finding.</summary>
public sealed record CloudGuide
{
    /// <summary>Native types whose documents the rule reads, the subject's first.</summary>
    public required ImmutableArray<string> Types { get; init; }

    /// <summary>What a finding is about.</summary>
    public required string Subject { get; init; }

    /// <summary>The predicate in words.</summary>
    public required string NonCompliantWhen { get; init; }

    /// <summary>What absent means, what is joined, what never decides.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>How to fix it, in one sentence, with the command where one will do.</summary>
    public required string Fix { get; init; }
}
