namespace ServerlessGuard.Federation;

/// <summary>What one run did.</summary>
public sealed class SenderReport
{
    public int Batches { get; set; }
    public int Delivered { get; set; }
    public int SetAside { get; set; }

    /// <summary>Why the peer could not be reached; null when it could.</summary>
    public string? Fault { get; set; }
}
