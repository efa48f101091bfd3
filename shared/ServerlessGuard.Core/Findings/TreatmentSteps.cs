namespace ServerlessGuard.Findings;

/// <summary>What the timeline calls each state.</summary>
public static class TreatmentSteps
{
    public static FindingStep Of(TreatmentState state) => state switch
    {
        TreatmentState.Proposed => FindingStep.Proposed,
        TreatmentState.AwaitingApproval => FindingStep.AwaitingApproval,
        TreatmentState.Approved => FindingStep.Approved,
        TreatmentState.Rejected => FindingStep.Rejected,
        TreatmentState.Applying => FindingStep.Applying,
        TreatmentState.Fixed => FindingStep.Fixed,
        TreatmentState.AlreadyDone => FindingStep.AlreadyDone,
        TreatmentState.Refused => FindingStep.Refused,
        TreatmentState.Failed => FindingStep.Failed,
        TreatmentState.Undone => FindingStep.Undone,
        TreatmentState.Escalated => FindingStep.Escalated,
        TreatmentState.Undoing => FindingStep.Undoing,
        TreatmentState.Expired => FindingStep.Expired,
    };
}
