using ServerlessGuard.Simulators.Azure;
using ServerlessGuard.Simulators.Azure.EventGrid;
using ServerlessGuard.Simulators.Azure.Subscription;

namespace ServerlessGuard.Lab.Azure;

public sealed record AzureLabOptions
{
    /// <summary>The published function app: host.json and the functions' folders.</summary>
    public required string AppDirectory { get; init; }

    /// <summary>Instead of host.json's executable.</summary>
    public string? Executable { get; init; }

    /// <summary>Tables and queues, as a connection string (Azurite).</summary>
    public required string StorageConnection { get; init; }

    /// <summary>The app's own settings, besides those that tie it to the lab.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The identities that the app can have; the first when it names none.</summary>
    public IReadOnlyList<LabIdentity> Identities { get; init; } = [LabIdentity.Fixer, LabIdentity.Reader];

    /// <summary>What the subscription holds at the start; null: the seed.</summary>
    public ArmStore? Store { get; init; }

    public EventGridOptions Events { get; init; } = new();

    /// <summary>Azure's waits are multiplied by it.</summary>
    public double TimeScale { get; init; } = 0.01;

    public TimeSpan? FunctionTimeout { get; init; }

    public LabLog Log { get; init; } = new();
}
