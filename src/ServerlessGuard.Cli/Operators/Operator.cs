using ServerlessGuard.Guards;

namespace ServerlessGuard.Cli.Operators;

/// <summary>In whose name an operator's decision is recorded: in nobody else's. Pure.</summary>
internal static class Operator
{
    private const int LongestName = 100;

    /// <summary>The person; or one line about why not.</summary>
    /// <param name="named">What <c>--as</c> says; null: nothing.</param>
    /// <param name="identity">By the cloud's word; null: it has none for us.</param>
    public static (Person? Person, string? Complaint) Of(string? named, OperatorIdentity? identity, string user)
    {
        var wanted = string.IsNullOrWhiteSpace(named) ? null : Safe(named);
        if (identity is { IsProven: true })
        {
            var name = Safe(identity.Name);
            return wanted is null || IsSame(name, wanted)
                ? (new Person(name, "local:" + name), null)
                : (null, $"--as {wanted}: you are {name} and cannot decide under another name; omit --as");
        }

        // Recorded all the same: a stop in an emergency waits for no sign-in. Where it takes two people it counts as none.
        var claimed = (wanted ?? Safe(identity?.Name ?? user)) + Person.Unverified;
        return (new Person(claimed, "local:" + claimed), null);
    }

    /// <summary>The same name, or what stands before its @.</summary>
    private static bool IsSame(string name, string wanted) => name.Equals(wanted, StringComparison.OrdinalIgnoreCase)
        || name.IndexOf('@', StringComparison.Ordinal) is > 0 and var at
            && name.AsSpan(0, at).Equals(wanted, StringComparison.OrdinalIgnoreCase);

    private static string Safe(string name)
    {
        var safe = Terminal.Safe(name.Trim());
        return safe.Length <= LongestName ? safe : safe[..LongestName];
    }
}
