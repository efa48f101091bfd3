using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Federation;

/// <summary>
/// <c>GUARD_PEER_ACCOUNTS</c>: the accounts that the peer may speak of, separated by commas. A peer without a list could speak of any, and
/// make more of them than we can go through.
/// </summary>
public static class PeerAccounts
{
    /// <summary>The accounts, or what is wrong with them as the end of a sentence that begins with the variable's name.</summary>
    public static (ImmutableHashSet<string> Accounts, string? Fault) Read(Provider peer, string? text)
    {
        var accounts = (text ?? string.Empty).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(account => account.ToLowerInvariant()).ToImmutableHashSet(StringComparer.Ordinal);
        if (accounts.IsEmpty)
        {
            return (accounts, $"is not set, but GUARD_PEER_URL is: it lists the accounts whose rows {peer} may send, separated by commas");
        }

        return accounts.FirstOrDefault(account => !AccountId.IsOf(peer, account)) is { } wrong
            ? (accounts, $"holds \"{wrong}\": each must be {AccountId.Form(peer)}")
            : (accounts, null);
    }
}
