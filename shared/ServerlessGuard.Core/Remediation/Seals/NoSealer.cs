namespace ServerlessGuard.Remediation.Seals;

/// <summary>Where no key is configured: nothing can be sealed, so nothing is planned, approved, applied or undone.</summary>
public sealed class NoSealer : ISealer
{
    public Task<string> SealAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation) => throw Refusal();

    public Task<bool> VerifyAsync(ReadOnlyMemory<byte> content, string seal, CancellationToken cancellation) => throw Refusal();

    private static CloudCallException Refusal() =>
        new("NoSealKey", "no seal key is configured (GUARD_SEAL_KEY): nothing is changed", isTransient: false);
}
