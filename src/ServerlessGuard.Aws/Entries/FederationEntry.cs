using ServerlessGuard.Aws.Runtime;

namespace ServerlessGuard.Aws.Entries;

/// <summary><c>federation</c> without a peer: an error, so that nobody takes silence for delivery.</summary>
internal sealed class FederationEntry : IEntry
{
    public Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation) =>
        Task.FromException<ReadOnlyMemory<byte>>(new SettingsException("federation is not configured: no peer is known to this deployment"));
}
