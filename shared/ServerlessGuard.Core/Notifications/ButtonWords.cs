using System.Globalization;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Notifications;

/// <summary>The words that stand for a decision in a button and in a link.</summary>
public static class ButtonWords
{
    private const string ExemptPrefix = "exempt-";

    public static string Of(CommandKind kind, int? days) => kind switch
    {
        CommandKind.Approve => "approve",
        CommandKind.Reject => "reject",
        CommandKind.Undo => "undo",
        CommandKind.Exempt => string.Create(CultureInfo.InvariantCulture, $"{ExemptPrefix}{days ?? 0}"),
        CommandKind.Revoke => "revoke",
        CommandKind.Sweep => "sweep",
        CommandKind.Stop => "stop",
        CommandKind.Resume => "resume",
    };

    /// <summary>What stands on the button.</summary>
    public static string Label(CommandKind kind, int? days) => kind switch
    {
        CommandKind.Approve => "Approve fix",
        CommandKind.Reject => "Reject fix",
        CommandKind.Undo => "Undo fix",
        CommandKind.Exempt => string.Create(CultureInfo.InvariantCulture, $"Accept for {days ?? 0} days"),
        CommandKind.Revoke => "End exemption",
        CommandKind.Sweep => "Evaluate everything again",
        CommandKind.Stop => "Stop fixing",
        CommandKind.Resume => "Resume fixing",
    };

    /// <summary>The inverse of <see cref="Of"/>; false for any other text.</summary>
    public static bool TryRead(string? word, out CommandKind kind, out int? days)
    {
        (kind, days) = (default, null);
        if (word is null)
        {
            return false;
        }

        if (word.StartsWith(ExemptPrefix, StringComparison.Ordinal)
            && int.TryParse(word.AsSpan(ExemptPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is > 0 and <= 3660)
        {
            (kind, days) = (CommandKind.Exempt, number);
            return Of(kind, days) == word;
        }

        foreach (var candidate in Enum.GetValues<CommandKind>())
        {
            if (candidate is not CommandKind.Exempt && Of(candidate, null) == word)
            {
                kind = candidate;
                return true;
            }
        }

        return false;
    }
}
