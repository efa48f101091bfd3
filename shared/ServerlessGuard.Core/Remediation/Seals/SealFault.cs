namespace ServerlessGuard.Remediation.Seals;

/// <summary>Why a plan that a finding names is not believed.</summary>
public enum SealFault
{
    /// <summary>No plan of this id was ever made for this finding.</summary>
    Missing = 1,

    /// <summary>The seal does not fit: changed, or made by another key.</summary>
    Altered,

    /// <summary>Sound, but of another finding, resource, rule or remediator.</summary>
    Foreign,

    /// <summary>Sound, but not in the state that the finding claims: an old row put back, or an approval that nobody gave.</summary>
    OutOfTurn,

    /// <summary>What the finding shows of it is not what was planned.</summary>
    Different,

    /// <summary>Too old to be applied or undone.</summary>
    Expired,
}

public static class SealFaults
{
    /// <summary>One sentence for the finding, the chat and whoever asked.</summary>
    public static string Sentence(this SealFault fault) => fault switch
    {
        SealFault.Missing => "the plan that the finding names was never made here, so nothing was written; find out who wrote to the table",
        SealFault.Altered =>
            "the plan's seal does not match (changed, or sealed with another key), so nothing was written; find out who wrote to the table",
        SealFault.Foreign =>
            "the plan that the finding names belongs to something else, so nothing was written; find out who wrote to the table",
        SealFault.OutOfTurn =>
            "the finding claims more than the sealed plan does (an old row put back, or an approval that nobody gave), so nothing was "
                + "written; find out who wrote to the table",
        SealFault.Different =>
            "the finding shows a different plan than the one that was made, so nothing was written; find out who wrote to the table",
        SealFault.Expired => "the plan is too old, so nothing was written; a new one is made on the next change or sweep",
    };

    /// <summary>Age is no sign of an attack.</summary>
    public static bool IsAlarming(this SealFault fault) => fault is not SealFault.Expired;
}
