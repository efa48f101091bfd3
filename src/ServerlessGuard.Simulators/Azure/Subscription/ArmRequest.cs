using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>One request to ARM, already authenticated.</summary>
public sealed record ArmRequest(string Method, string Path, LabIdentity Caller)
{
    public string? ApiVersion { get; init; }
    public string? Filter { get; init; }
    public int Skip { get; init; }
    public string? IfMatch { get; init; }
    public string? IfNoneMatch { get; init; }
    public string? ClientRequestId { get; init; }
    public JsonObject? Body { get; init; }

    /// <summary>Scheme, host and port that links in the answer begin with; no slash at the end.</summary>
    public string Origin { get; init; } = "https://management.azure.com";
}

/// <summary>A write, delete or action that took place, which the subscription's system topic tells about.</summary>
public sealed record ArmChange(ArmRequest Request, ArmOperation Operation, string ResourceUri, string OperationName, DateTimeOffset At)
{
    public string CorrelationId { get; } = Guid.NewGuid().ToString();

    public string EventId { get; } = Guid.NewGuid().ToString();
}

public enum ArmOperation
{
    Write = 1,
    Delete,
    Action,
}
