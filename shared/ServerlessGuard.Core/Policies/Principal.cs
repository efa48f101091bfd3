using ServerlessGuard.Resources;

namespace ServerlessGuard.Policies;

/// <summary>
/// One principal of a statement: its kind (<c>AWS</c>, <c>Service</c>, <c>Federated</c>, <c>CanonicalUser</c>, or <c>*</c>) and value.
/// </summary>
public readonly record struct Principal(string Kind, string Value)
{
    public bool IsService => Kind.Equals("Service", StringComparison.OrdinalIgnoreCase);
    public bool IsFederated => Kind.Equals("Federated", StringComparison.OrdinalIgnoreCase);
    public bool IsAws => Kind.Equals("AWS", StringComparison.OrdinalIgnoreCase) || Kind is "*";

    /// <summary>
    /// <c>"*"</c>, <c>{"AWS": "*"}</c>, <c>arn:aws:iam::*:root</c>. A fixed account inside a wildcard ARN confines to that account.
    /// </summary>
    public bool IsEveryone => !IsService
        && (Value is "*" || IsAws && (Arn.TryParse(Value, out var arn) ? Glob.HasWildcard(arn.Account) : Glob.HasWildcard(Value)));

    /// <summary>The AWS account, of an ARN or a bare number; null for anything else.</summary>
    public string? Account =>
        !IsAws ? null : Arn.IsAccount(Value) ? Value : Arn.TryParse(Value, out var arn) && Arn.IsAccount(arn.Account) ? arn.Account : null;

    /// <summary>A whole account: its number, or the ARN of its root.</summary>
    public bool IsAccount => IsAws && (Arn.IsAccount(Value) || Value.EndsWith(":root", StringComparison.Ordinal) && Account is not null);

    /// <summary>A role's or user's unique id that stands where its ARN stood: the principal was deleted.</summary>
    public bool IsDeleted =>
        IsAws && (Value.StartsWith("AROA", StringComparison.Ordinal) || Value.StartsWith("AIDA", StringComparison.Ordinal));

    public override string ToString() => Kind is "*" ? "*" : $"{Kind}: {Value}";
}
