using ServerlessGuard.Documents;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts;

/// <summary>
/// One observed property: its value, or null for "not observed" (never "no"), with the place it was read from and what stood there.
/// </summary>
/// <remarks>
/// The operators are three-valued logic that keeps the evidence: one observed false decides an "and", one observed true an "or", otherwise
/// any gap leaves the fact unknown, and the evidence is of the side that decided or is missing.
/// </remarks>
public readonly record struct Fact(bool? Value, string Path, string Shown)
{
    public Evidence Evidence => new(Path, Shown);

    public static Fact True(string path, string shown) => new(true, path, shown);

    public static Fact False(string path, string shown) => new(false, path, shown);

    /// <param name="path">The fact's path or the resource that is not in the scan.</param>
    /// <param name="why">What is missing and what would bring it.</param>
    public static Fact Unknown(string path, string why) => new(null, path, why);

    /// <summary>A flag as the document has it; unknown when it is absent or not a flag.</summary>
    public static Fact Of(Doc value, string path) => value.Flag switch
    {
        true => new Fact(true, path, "true"),
        false => new Fact(false, path, "false"),
        null => new Fact(null, path, value.Exists ? $"neither true nor false: {value}" : "not in the document"),
    };

    /// <summary>A flag with a documented default where it is absent; of a document that was not looked at whole there is none.</summary>
    public static Fact Of(Doc value, string path, bool whenAbsent, string documented) => (value.Exists, value.IsPartial) switch
    {
        (true, _) => Of(value, path),
        (_, true) => Unselected(path),
        _ => new Fact(whenAbsent, path, $"(absent: {documented})"),
    };

    /// <summary>It may be there: the query did not ask for it.</summary>
    public static Fact Unselected(string path) => Unknown(path, "not among the selected columns: select it, or scan the item itself");

    public Fact Not => this with { Value = !Value };

    /// <summary>A record prints its properties, and the negation of a negation has one too.</summary>
    public override string ToString() => $"{Path}: {Shown}";

    public static Fact operator &(Fact left, Fact right) => (left.Value, right.Value) switch
    {
        (false, _) => left,
        (_, false) => right,
        (null, _) => left,
        (_, null) => right,
        _ => left,
    };

    public static Fact operator |(Fact left, Fact right) => (left.Value, right.Value) switch
    {
        (true, _) => left,
        (_, true) => right,
        (null, _) => left,
        (_, null) => right,
        _ => left,
    };

    /// <summary>Compliant when true, non-compliant with this fact as evidence when false, insufficient when unknown.</summary>
    public Verdict Requires(string otherwise) => Value switch
    {
        true => Verdict.Compliant,
        false => Verdict.NonCompliant(otherwise, Evidence),
        null => Insufficient,
    };

    /// <summary>Non-compliant when true, compliant when false, insufficient when unknown.</summary>
    public Verdict Forbids(string reason) => Value switch
    {
        true => Verdict.NonCompliant(reason, Evidence),
        false => Verdict.Compliant,
        null => Insufficient,
    };

    public Verdict Insufficient => Gaps.Of(Path, Shown);
}
