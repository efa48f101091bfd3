namespace ServerlessGuard.Simulators.Aws.Account;

/// <summary>One call of the simulated API.</summary>
/// <param name="Service">The signing name: <c>s3</c>.</param>
/// <param name="Operation">As IAM and CloudTrail call it.</param>
/// <param name="IsWrite">It changes the account (queue and evaluation traffic does not count).</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="At">When it was answered.</param>
/// <param name="RequestId">The one in the answer.</param>
/// <param name="Parameters">As CloudTrail shows them: names and small values.</param>
public sealed record ApiCall(
    string Service, string Operation, bool IsWrite, int Status, DateTimeOffset At, string RequestId,
    IReadOnlyDictionary<string, string> Parameters)
{
    public bool Succeeded => Status is >= 200 and < 300;
}
