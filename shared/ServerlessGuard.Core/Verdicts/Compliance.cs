namespace ServerlessGuard.Verdicts;

/// <summary>AWS Config's four words.</summary>
public enum Compliance
{
    /// <summary>The rule's condition was tested and held.</summary>
    Compliant,

    NonCompliant,

    /// <summary>The resource lies outside the rule's reach.</summary>
    NotApplicable,

    /// <summary>A fact that the verdict needs was not observed.</summary>
    InsufficientData,
}
