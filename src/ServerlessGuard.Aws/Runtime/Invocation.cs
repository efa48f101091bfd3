namespace ServerlessGuard.Aws.Runtime;

/// <summary>One event as the Lambda service hands it out.</summary>
/// <param name="RequestId">The service's id of the invocation.</param>
/// <param name="Deadline">When the service stops the process; null where the header is missing.</param>
/// <param name="FunctionArn">The function that was asked for: it carries the account.</param>
/// <param name="Payload">The event, UTF-8 JSON.</param>
public sealed record Invocation(string RequestId, DateTimeOffset? Deadline, string? FunctionArn, string? TraceId,
    ReadOnlyMemory<byte> Payload);
