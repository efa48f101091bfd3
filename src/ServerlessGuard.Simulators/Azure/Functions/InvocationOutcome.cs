using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>How the host sees a call that is over.</summary>
/// <param name="Fault">Why it failed; null when it succeeded.</param>
/// <param name="Answer">The worker's answer when it succeeded.</param>
/// <param name="TookItsWorkerDown">The call ran into the function timeout (or could never end): the worker was killed for it.</param>
public sealed record InvocationOutcome(string? Fault, JsonObject? Answer, bool TookItsWorkerDown = false)
{
    public bool Succeeded => Fault is null;
}

/// <summary>The states of the host; the numbers mean nothing.</summary>
public enum HostState
{
    Running = 1,

    /// <summary>The worker left with exit code 0 and is never started again: every call fails.</summary>
    Abandoned,

    /// <summary>Stopped by the third error of the worker, or on demand.</summary>
    Stopped,
}
