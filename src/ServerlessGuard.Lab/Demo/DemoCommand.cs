using System.Globalization;

namespace ServerlessGuard.Lab.Demo;

/// <summary>
/// <c>guard demo</c>: both clouds on this machine. Tells the story and stays, or with <c>--once</c> leaves: 0 when everything came out as
/// told, 1 when not, 2 when it cannot start. With <c>--input</c> it judges the user's own exports instead.
/// </summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter complaints, TimeProvider time,
        CancellationToken cancellation)
    {
        if (DemoOptions.Read(arguments, complaints) is not { } options)
        {
            return 2;
        }

        var tell = new Narrator(output, !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null, time);
        tell.Title("ServerlessGuard: two clouds on one machine");
        tell.Quiet("Simulated: the AWS account, the Azure subscription, their events, Slack and Teams. Real: both hosts, both tables, "
            + "every token and signature.");
        try
        {
            var replay = options.Input is { } input ? Replay.Read(input) : null;
            await using var world =
                await DemoWorld.StartAsync(options, replay?.Accounts ?? new HashSet<string>(StringComparer.Ordinal), tell, cancellation);
            await using var control = await ControlServer.StartAsync(world, options.Folder, cancellation);
            tell.Says("started", $"after {Narrator.Ms(tell.Elapsed)}");
            if (world.Page is { } page)
            {
                tell.Plain($"{Environment.NewLine}  The page: {page}{Environment.NewLine}");
            }

            var failures = replay is null
                ? await StoryAsync(world, tell, time, cancellation)
                : await replay.RunAsync(world, tell, cancellation);
            if (!options.Once)
            {
                await StayAsync(world, tell, replay is null, cancellation);
            }

            return failures == 0 ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            tell.Plain(Environment.NewLine + "Stopped; nothing is left running.");
            return options.Once ? 1 : 0;
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or InvalidDataException or HttpRequestException)
        {
            await complaints.WriteLineAsync("demo: " + fault.Message.ReplaceLineEndings(" "));
            return 2;
        }
    }

    private static async Task<int> StoryAsync(DemoWorld world, Narrator tell, TimeProvider time, CancellationToken cancellation)
    {
        var measured = new Measurements();
        using var story = new DemoStory(world, tell, measured, time);
        var began = time.GetUtcNow();
        await story.PlayAsync(cancellation);
        tell.Title($"{story.Checks - story.Failures} of {story.Checks} as expected, in {Narrator.Ms(time.GetUtcNow() - began)}. Measured "
            + $"on this machine, between simulated clouds:");
        foreach (var line in measured.Lines())
        {
            tell.Plain(line);
        }

        tell.Plain(string.Create(CultureInfo.InvariantCulture,
            $"  memory of everything running: {Memory.OfAll(world.EmulatorProcesses) / 1048576.0:0} MiB"));
        return story.Failures;
    }

    private static async Task StayAsync(DemoWorld world, Narrator tell, bool story, CancellationToken cancellation)
    {
        tell.Title("Carry on by hand, in another terminal:");
        if (world.Page is { } page)
        {
            tell.Plain($"  open {page}");
        }

        if (story)
        {
            tell.Plain("  ./guard lab list                                         what is available");
            tell.Plain("  ./guard lab do make bucket public                        a misconfiguration from the story");
            tell.Plain("  ./guard lab set northwind-training-data tags.owner ada   any property of any resource");
            tell.Plain("  ./guard lab cut                                          cut the connection; ./guard lab mend restores it");
        }

        tell.Plain("  Ctrl-C stops everything.");
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
    }
}
