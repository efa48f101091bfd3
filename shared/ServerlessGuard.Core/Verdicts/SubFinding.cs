namespace ServerlessGuard.Verdicts;

/// <summary>
/// A weakness beside the rule's own condition, reported as <c>SG-KEY-001/rbac</c> with a severity of its own. It never turns the main verdict.
/// </summary>
public sealed record SubFinding(string Key, Severity Severity, string Reason, Evidence Evidence);
