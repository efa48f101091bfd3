using System.Collections.Immutable;

namespace ServerlessGuard.Verdicts;

/// <summary>What a rule says about one resource.</summary>
public sealed record Verdict
{
    private Verdict(Compliance compliance) => Compliance = compliance;

    public Compliance Compliance { get; }

    /// <summary>One sentence; null when compliant.</summary>
    public string? Reason { get; private init; }

    public ImmutableArray<Evidence> Evidence { get; private init; } = [];

    /// <summary>InsufficientData: the fact or the resource that was not observed.</summary>
    public string? Missing { get; private init; }

    /// <summary>Where this case differs from the rule's own severity.</summary>
    public Severity? Severity { get; private init; }

    public ImmutableArray<SubFinding> SubFindings { get; private init; } = [];

    public static Verdict Compliant { get; } = new(Compliance.Compliant);

    public static Verdict NonCompliant(string reason, params ReadOnlySpan<Evidence> evidence) =>
        new(Compliance.NonCompliant) { Reason = reason, Evidence = [.. evidence] };

    public static Verdict NotApplicable(string reason) => new(Compliance.NotApplicable) { Reason = reason };

    /// <param name="missing">The fact's path, or the resource that is not in the scan.</param>
    /// <param name="reason">Why it is missing and what would bring it.</param>
    public static Verdict InsufficientData(string missing, string reason) =>
        new(Compliance.InsufficientData) { Missing = missing, Reason = reason };

    public Verdict At(Severity severity) => this with { Severity = severity };

    public Verdict With(params IEnumerable<SubFinding> subFindings) => this with { SubFindings = SubFindings.AddRange(subFindings) };
}
