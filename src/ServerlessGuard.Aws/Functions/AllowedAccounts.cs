using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Functions;

/// <summary>Whose events are taken. Whatever else arrives was sent by a stranger or by a mistake: it is refused, never judged.</summary>
/// <param name="configured"><c>GUARD_ACCOUNTS</c>; empty: the function's own.</param>
/// <param name="functionArn">Of the invocation.</param>
internal sealed class AllowedAccounts(ImmutableHashSet<string> configured, string? functionArn)
{
    public IReadOnlyCollection<string> All { get; } = !configured.IsEmpty ? configured : Arn.TryParse(functionArn, out var arn) && Arn.IsAccount(arn.Account) ? [arn.Account] : [];

    /// <exception cref="ForeignAccountException">Not ours.</exception>
    public string Check(string? account) => account is not null && All.Contains(account, StringComparer.Ordinal)
        ? account
        : throw new ForeignAccountException($"an event of account {(Arn.IsAccount(account) ? account : "(none)")}, which is not among the allowed ones (GUARD_ACCOUNTS)");
}

/// <summary>An event of an account that is not ours.</summary>
public sealed class ForeignAccountException : Exception
{
    public ForeignAccountException()
    {
    }

    public ForeignAccountException(string message)
        : base(message)
    {
    }

    public ForeignAccountException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
