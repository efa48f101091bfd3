namespace ServerlessGuard.Rules;

public enum Maturity
{
    /// <summary>Evaluated and stored, never notified or remediated: a new rule's first release.</summary>
    Preview,

    Stable,

    /// <summary>No longer evaluated; the id stays taken.</summary>
    Deprecated,
}
