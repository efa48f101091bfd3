namespace ServerlessGuard.Verdicts;

/// <summary>
/// A weakness beside the rule's own condition, reported as <c>SG-KEY-001/rbac</c> with a severity of its own. It never turns the main
/// verdict.
/// </summary>
public sealed record SubFinding(string Key, Severity Severity, string Reason, Evidence Evidence)
{
    private const char Separator = '/';

    public static string IdOf(string rule, string key) => $"{rule}{Separator}{key}";

    public static bool IsId(string id) => id.Contains(Separator, StringComparison.Ordinal);

    /// <summary>The rule that an id of a sub-finding belongs to; a rule's id is its own.</summary>
    public static string RuleOf(string id) => id.IndexOf(Separator, StringComparison.Ordinal) is >= 0 and var cut ? id[..cut] : id;
}
