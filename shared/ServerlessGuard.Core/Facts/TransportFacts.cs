using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>How requests may reach an object store.</summary>
public sealed record TransportFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.Transport;

    /// <summary>Plain HTTP is refused.</summary>
    public required Fact EncryptedOnly { get; init; }

    /// <summary>Plain HTTP is refused for objects, but not for the bucket itself.</summary>
    public bool IsPartial { get; init; }

    /// <summary>TLS older than 1.2 is refused. AWS refuses it everywhere, so there it is true.</summary>
    public required Fact ModernTlsOnly { get; init; }
}
