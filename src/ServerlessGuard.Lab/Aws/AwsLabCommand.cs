using ServerlessGuard.Lab.Aws.Story;

namespace ServerlessGuard.Lab.Aws;

/// <summary><c>guard-lab aws</c>: a simulated account that runs until it is stopped, and takes the story's verbs line by line.</summary>
public static class AwsLabCommand
{
    private const string Usage = """
        guard-lab aws --bootstrap FILE --table-endpoint URL --table NAME [--mode observe|propose|approve|enforce] [--settings guard.yaml] [--port N]

        Starts a SIMULATED AWS account on 127.0.0.1 and the real host (the published bootstrap) in it. Then each line of standard input is a verb of the story,
        "sweep", "outbox", "state" or "quit".
        """;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextReader input, TextWriter output, TextWriter error,
        TimeProvider time)
    {
        if (Settings(arguments) is not { } settings)
        {
            await error.WriteLineAsync(Usage);
            return 2;
        }

        await using var lab = await AwsLab.StartAsync(settings, time);
        foreach (var function in lab.Functions)
        {
            function.OnLine = line => output.WriteLine($"[simulated Lambda {function.Settings.Name}] {line}");
        }

        await output.WriteLineAsync($"SIMULATED AWS account {settings.Account} in {settings.Region}; its API is at {lab.Api.Url}");
        await output.WriteLineAsync(
            $"verbs: {string.Join(" · ", LabStory.Verbs.Select(verb => verb.Name))} · sweep · outbox · state · quit");
        while (await input.ReadLineAsync() is { } line && line.Trim() is not "quit")
        {
            await DoAsync(lab, line.Trim(), output, error);
        }

        return 0;
    }

    private static async Task DoAsync(AwsLab lab, string verb, TextWriter output, TextWriter error)
    {
        switch (verb)
        {
            case "":
                break;
            case "sweep":
                await output.WriteLineAsync($"[simulated schedule] sweep: {(await lab.RunSweepAsync()).Payload}");
                break;
            case "outbox":
                await output.WriteLineAsync($"[simulated schedule] outbox: {(await lab.RunOutboxAsync()).Payload}");
                break;
            case "state":
                foreach (var evaluation in lab.Config.Evaluations.OrderBy(evaluation => evaluation.ResourceType, StringComparer.Ordinal))
                {
                    await output.WriteLineAsync($"[simulated AWS Config] {evaluation}");
                }

                foreach (var write in lab.Account.Writes)
                {
                    await output.WriteLineAsync($"[simulated AWS API] {write.At:O} {write.Service}:{write.Operation}");
                }

                break;
            case var name when LabStory.Verbs.Any(known => known.Name == name):
                lab.Do(name);
                await output.WriteLineAsync($"[simulated person] {name}");
                break;
            default:
                await error.WriteLineAsync($"the story has no \"{verb}\"");
                break;
        }
    }

    private static AwsLabSettings? Settings(IReadOnlyList<string> arguments)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == arguments.Count)
            {
                return null;
            }

            options[arguments[i][2..]] = arguments[i + 1];
        }

        if (!options.TryGetValue("bootstrap", out var bootstrap) || !options.TryGetValue("table", out var table)
            || !Uri.TryCreate(options.GetValueOrDefault("table-endpoint"), UriKind.Absolute, out var endpoint))
        {
            return null;
        }

        return new AwsLabSettings
        {
            Bootstrap = Path.GetFullPath(bootstrap),
            Table = table,
            TableEndpoint = endpoint,
            Mode = options.GetValueOrDefault("mode") ?? "observe",
            GuardFile = options.GetValueOrDefault("settings") is { } file ? Path.GetFullPath(file) : null,
            EventBridge = true,
            Environment = options.ContainsKey("settings") && options.TryGetValue("mode", out var most)
                ? new Dictionary<string, string>(StringComparer.Ordinal) { ["GUARD_MODE"] = most }
                : [],
            Port = int.TryParse(options.GetValueOrDefault("port"), out var port) ? port : 0,
        };
    }
}
