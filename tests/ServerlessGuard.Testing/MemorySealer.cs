using System.Security.Cryptography;
using ServerlessGuard.Remediation.Seals;

namespace ServerlessGuard.Testing;

/// <summary>Seals with a key of its own: another one's seals are a stranger's.</summary>
public sealed class MemorySealer : ISealer
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    public Task<string> SealAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation) => Task.FromResult(Mac(content));

    public Task<bool> VerifyAsync(ReadOnlyMemory<byte> content, string seal, CancellationToken cancellation) =>
        Task.FromResult(CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(seal), System.Text.Encoding.ASCII.GetBytes(Mac(content))));

    private string Mac(ReadOnlyMemory<byte> content) => "memory:" + Convert.ToHexStringLower(HMACSHA256.HashData(_key, content.Span));
}
