using System.Globalization;
using ServerlessGuard.Cli.Commands;
using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Sqlite;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Tables;

/// <summary>What all commands on a table share: how they end when it cannot be used, and how times are given.</summary>
internal static class TableCommands
{
    public static async Task<int> Guarded(TextWriter complaints, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception fault) when (fault is TableFileException or TableUnavailableException or SpillException)
        {
            complaints.WriteLine(Terminal.Safe(fault.Message));
            return ScanCommand.Unusable;
        }
        catch (Exception fault) when (fault is System.Text.Json.JsonException or InvalidDataException)
        {
            complaints.WriteLine($"the table holds a row that this version does not understand: {Terminal.Safe(fault.Message)}");
            return ScanCommand.Unusable;
        }
    }

    /// <summary>A time, or how long ago: 90m, 24h, 7d. Null when it is neither.</summary>
    public static DateTimeOffset? Since(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count <= 1_000_000)
        {
            TimeSpan? span = text[^1] switch
            {
                'm' => TimeSpan.FromMinutes(count),
                'h' => TimeSpan.FromHours(count),
                'd' => TimeSpan.FromDays(Math.Min(count, 365_000)),
                _ => null,
            };
            if (span is { } back)
            {
                return back.Ticks > now.UtcTicks ? DateTimeOffset.MinValue : now - back;
            }
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUniversalTime()
            : null;
    }

    /// <summary>3 d, 4 h, 20 min: the largest unit that says it.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalDays: >= 2 } => $"{age.TotalDays:F0} d",
        { TotalHours: >= 2 } => $"{age.TotalHours:F0} h",
        { TotalMinutes: >= 2 } => $"{age.TotalMinutes:F0} min",
        _ => $"{Math.Max(0, age.TotalSeconds):F0} s",
    };
}
