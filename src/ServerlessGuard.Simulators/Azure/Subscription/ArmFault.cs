namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>A fault that the lab puts into ARM: the next calls that match get this answer instead.</summary>
/// <param name="Method">Upper case; null: any.</param>
/// <param name="PathPart">Part of the path, without case.</param>
/// <param name="Answer">What is answered.</param>
/// <param name="Times">How often.</param>
public sealed record ArmFault(string? Method, string PathPart, ArmAnswer Answer, int Times = 1)
{
    public bool Matches(string method, string path) =>
        (Method is null || Method == method) && path.Contains(PathPart, StringComparison.OrdinalIgnoreCase);
}

/// <summary>One call that ARM got.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Path">Without the query.</param>
/// <param name="Status">What was answered.</param>
/// <param name="Caller">Whose token it was; null without a valid one.</param>
public sealed record ArmCall(string Method, string Path, int Status, string? Caller)
{
    public bool IsWrite => Method is "PUT" or "PATCH" or "DELETE" && Status is >= 200 and < 300;
}
