using System.Collections.Immutable;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Engine;

/// <summary>
/// Whose events and outbox entries are taken. Whatever else arrives was sent by a stranger or by a mistake: it is refused, never judged and
/// never fixed.
/// </summary>
public sealed class AllowedAccounts
{
    private readonly Provider _own;
    private readonly string _setting;

    /// <param name="own">This cloud.</param>
    /// <param name="accounts">Account numbers, or subscription ids in lower case; null: every one of this cloud that its events come
    /// from.</param>
    /// <param name="setting">The setting that names them.</param>
    public AllowedAccounts(Provider own, IEnumerable<string>? accounts, string setting)
    {
        (_own, _setting) = (own, setting);
        All = accounts is null ? null : ImmutableHashSet.CreateRange(StringComparer.Ordinal, accounts);
    }

    /// <summary>Null: every one.</summary>
    public ImmutableHashSet<string>? All { get; }

    public bool Contains(string? account) => account is not null && IsAccount(account) && (All is null || All.Contains(account));

    /// <exception cref="ForeignAccountException">Not ours.</exception>
    public string Check(string? account) => Contains(account)
        ? account!
        : throw new ForeignAccountException(
            $"an event of {Word} {(account is not null && IsAccount(account) ? account : "(none)")}, which is not among the allowed ones "
                + $"({_setting})");

    /// <summary>An entry of this cloud's outbox, of an account that is ours or of the deployment itself.</summary>
    /// <exception cref="ForeignAccountException">It is not.</exception>
    public void Check(OutboxPlace place)
    {
        if (!place.IsCarriedOutBy(_own))
        {
            throw new ForeignAccountException("a message that names no entry of this cloud's outbox");
        }

        if (place.Partition != RowKeys.Deployment(_own))
        {
            Check(place.Partition[(place.Partition.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        }
    }

    private string Word => _own switch
    {
        Provider.Aws => "account",
        Provider.Azure => "subscription",
    };

    private bool IsAccount(string text) => _own switch
    {
        Provider.Aws => Arn.IsAccount(text),
        Provider.Azure => Guid.TryParseExact(text, "D", out _),
    };
}

/// <summary>Of an account that is not ours.</summary>
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
