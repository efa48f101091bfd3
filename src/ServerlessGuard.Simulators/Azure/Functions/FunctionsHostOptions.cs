namespace ServerlessGuard.Simulators.Azure.Functions;

public sealed record FunctionsHostOptions
{
    /// <summary>Holds host.json and the functions' folders.</summary>
    public required string AppDirectory { get; init; }

    /// <summary>Instead of host.json's executable.</summary>
    public string? Executable { get; init; }

    /// <summary>App settings: the worker's environment besides the host's own PATH, HOME and the like.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>Where the queues really lie, whatever the worker is told; null: the trigger's connection setting.</summary>
    public string? QueueConnection { get; init; }

    /// <summary>Instead of host.json's functionTimeout.</summary>
    public TimeSpan? FunctionTimeout { get; init; }

    /// <summary>Azure's waits (retry schedule, lease, polling) are multiplied by it. 1 is the real speed.</summary>
    public double TimeScale { get; init; } = 1;

    /// <summary>The key of the webhook and of functions that need one.</summary>
    public string Key { get; init; } = "lab-function-key";

    public LabLog Log { get; init; } = new();
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
