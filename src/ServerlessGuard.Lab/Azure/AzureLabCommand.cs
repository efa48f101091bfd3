using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Simulators.Azure;
using ServerlessGuard.Simulators.Azure.Functions;

namespace ServerlessGuard.Lab.Azure;

/// <summary>
/// <c>guard-lab azure --app DIRECTORY --storage CONNECTION [--mode observe|propose|approve|enforce] [--executable FILE]</c>: the simulated
/// Azure, with one word a line on standard input.
/// </summary>
public static class AzureLabCommand
{
    private const string Usage = "guard-lab azure --app DIRECTORY --storage CONNECTION [--mode MODE] [--executable FILE]";

    /// <summary>0 at the end of input, 2 for arguments that say too little.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextReader input, TextWriter output,
        CancellationToken cancellation)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < arguments.Count; i += 2)
        {
            given[arguments[i]] = arguments[i + 1];
        }

        if (!given.TryGetValue("--app", out var app) || !given.TryGetValue("--storage", out var storage) || arguments.Count % 2 == 1)
        {
            await output.WriteLineAsync("usage: " + Usage);
            return 2;
        }

        await using var lab = await AzureLab.StartAsync(
            new AzureLabOptions
            {
                AppDirectory = Path.GetFullPath(app),
                Executable = given.TryGetValue("--executable", out var executable) ? Path.GetFullPath(executable) : null,
                StorageConnection = storage,
                Settings = new Dictionary<string, string>(StringComparer.Ordinal)
                    { ["GUARD_SETTINGS"] = ModeFile.Of(given.GetValueOrDefault("--mode", "observe")) },
                Log = new LabLog(line => output.WriteLine(line)),
            },
            cancellation);
        await output.WriteLineAsync(
            $"Everything here is simulated; no cloud is touched. ARM {lab.Arm.Address} Functions {lab.Host.Address}");
        await output.WriteLineAsync($"say: {string.Join(", ", Breakage.All.Select(each => each.Verb))}, run TIMER, quit");
        while (await input.ReadLineAsync(cancellation) is { } line && line.Trim() != "quit")
        {
            await ObeyAsync(lab, line.Trim(), output, cancellation);
        }

        return 0;
    }

    private static async Task ObeyAsync(AzureLab lab, string line, TextWriter output, CancellationToken cancellation)
    {
        if (Breakage.All.FirstOrDefault(each => each.Verb == line) is { } breakage)
        {
            breakage.Apply(lab.Arm);
        }
        else if (line.StartsWith("run ", StringComparison.Ordinal)
            && lab.Host.App.Functions.Any(each => each.Name == line[4..] && each.Trigger is TimerTrigger))
        {
            await lab.Host.RunTimerAsync(line[4..], cancellation);
        }
        else if (line.Length > 0)
        {
            await output.WriteLineAsync($"not known: {line}");
        }
    }
}
