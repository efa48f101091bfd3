using Azure.Core;

namespace ServerlessGuard.Azure.Tests.Arm;

/// <summary>Tokens that are counted: <c>token-1</c>, <c>token-2</c>…</summary>
internal sealed class LocalCredential(TimeSpan lifetime) : TokenCredential
{
    private int _given;

    public LocalCredential()
        : this(TimeSpan.FromHours(1))
    {
    }

    public List<string> Scopes { get; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        lock (Scopes)
        {
            Scopes.AddRange(requestContext.Scopes);
        }

        return new AccessToken($"token-{Interlocked.Increment(ref _given)}", DateTimeOffset.UtcNow + lifetime);
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
}
