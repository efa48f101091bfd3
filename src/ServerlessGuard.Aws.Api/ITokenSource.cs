using ServerlessGuard.Federation;

namespace ServerlessGuard.Aws.Api;

/// <summary>A token for one audience, kept for most of its life.</summary>
public interface ITokenSource
{
    /// <summary><see cref="PeerUnavailableException"/> when none can be had. A token is never part of a message.</summary>
    ValueTask<string> FindAsync(CancellationToken cancellation);

    /// <summary>The token was refused: get another next time.</summary>
    void Forget();
}
