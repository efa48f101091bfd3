using System.Text.Json;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>One call of the host while it runs: an HTTP caller's request is read where it lies, not copied.</summary>
/// <param name="Data">The value of the binding. Until it is disposed.</param>
/// <param name="Document">What <paramref name="Data"/> is a part of; null when that stands alone.</param>
internal sealed record Call(JsonElement Data, JsonDocument? Document) : IDisposable
{
    /// <summary>The bytes below the document.</summary>
    public CallBody? Body { get; init; }

    public void Dispose()
    {
        Document?.Dispose();
        Body?.Dispose();
    }
}
