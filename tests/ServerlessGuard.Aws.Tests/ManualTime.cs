namespace ServerlessGuard.Aws.Tests;

/// <summary>A clock that a test moves; timers run as ever.</summary>
internal sealed class ManualTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
