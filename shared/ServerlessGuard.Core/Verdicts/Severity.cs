namespace ServerlessGuard.Verdicts;

/// <summary>Impact if exploited, one scale for both clouds. Confidence is not in it.</summary>
public enum Severity
{
    /// <summary>Inventory, ownership, hygiene.</summary>
    Low = 1,

    /// <summary>A protective layer is missing, no direct path.</summary>
    Medium = 2,

    /// <summary>One more condition is needed, a long-lived privileged credential exists, or detection was switched off.</summary>
    High = 3,

    /// <summary>Strangers reach data, keys or code, or there is a one-step path to administrator or to the other cloud.</summary>
    Critical = 4,
}
