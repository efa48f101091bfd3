namespace ServerlessGuard.Remediation.Seals;

/// <summary>
/// A proof that only the remediating identity can make: KMS <c>GenerateMac</c> in AWS, a Key Vault key in Azure. Whoever can write any row
/// of the table can still not make one.
/// </summary>
/// <remarks>Transient faults are thrown as <see cref="CloudCallException"/> with <see cref="CloudCallException.IsTransient"/>: no answer is
/// not a "yes".</remarks>
public interface ISealer
{
    /// <summary>The seal, ASCII without blanks, at most 1,000 characters.</summary>
    /// <param name="content">Any length; the adapter hashes what its service takes no more of.</param>
    Task<string> SealAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation);

    /// <summary>False for a seal that is malformed, of another key, or of other content.</summary>
    Task<bool> VerifyAsync(ReadOnlyMemory<byte> content, string seal, CancellationToken cancellation);
}
