using Azure.Core;
using Azure.Data.Tables;
using Azure.Storage.Queues;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// The clients of tables and queues: by identity; by an emulator's well-known key on this machine only, which the settings make sure of.
/// </summary>
internal static class Storage
{
    private const int Attempts = 4;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OneCall = TimeSpan.FromSeconds(6);

    public static TableClient Table(HostSettings settings, TokenCredential credential) => Table(settings, settings.Table, credential);

    /// <param name="settings">Where the tables are.</param>
    /// <param name="remediator">The only identity that has a role there.</param>
    public static TableClient SealedTable(HostSettings settings, TokenCredential remediator) =>
        Table(settings, settings.SealedTable, remediator);

    private static TableClient Table(HostSettings settings, string name, TokenCredential credential)
    {
        var options = Plain(new TableClientOptions());
        return settings.EmulatorConnection is { } emulator
            ? new TableClient(emulator, name, options)
            : new TableClient(settings.TableEndpoint!, name, credential, options);
    }

    public static QueueClient Queue(HostSettings settings, TokenCredential credential, string name)
    {
        var options = Plain(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        return settings.EmulatorConnection is { } emulator
            ? new QueueClient(emulator, name, options)
            : new QueueClient(new Uri(settings.QueueEndpoint!, "/" + name), credential, options);
    }

    private static T Plain<T>(T options)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = Attempts;
        options.Retry.Delay = FirstWait;
        options.Retry.MaxDelay = LongestWait;
        options.Retry.NetworkTimeout = OneCall;
        options.Diagnostics.IsLoggingEnabled = false;
        options.Diagnostics.IsDistributedTracingEnabled = false;
        options.Diagnostics.IsTelemetryEnabled = false;
        return options;
    }
}
