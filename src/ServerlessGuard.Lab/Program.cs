using System.Runtime.InteropServices;
using ServerlessGuard.Emulators;
using ServerlessGuard.Lab.Aws;
using ServerlessGuard.Lab.Azure;
using ServerlessGuard.Lab.Demo;

// Both clouds on one laptop. Everything that it shows is simulated but the hosts themselves.
using var stop = new CancellationTokenSource();

// Ctrl-C, a plain kill, and the terminal that is closed: each ends what was started before it ends the process.
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
switch (args)
{
    case ["aws", .. var rest]:
        return await AwsLabCommand.RunAsync(rest, Console.In, Console.Out, Console.Error, TimeProvider.System);
    case ["azure", .. var rest]:
        return await AzureLabCommand.RunAsync(rest, Console.In, Console.Out, stop.Token);
    case ["demo", .. var rest]:
        return await DemoCommand.RunAsync(rest, Console.Out, Console.Error, TimeProvider.System, stop.Token);
    case ["install", "azurite" or "dynamodb", var servers]:
        try
        {
            await (args[1] is "azurite" ? AzuriteEmulator.InstallAsync(servers) : DynamoDbLocalEmulator.InstallAsync(servers));
            return 0;
        }
        catch (InvalidOperationException missing)
        {
            await Console.Error.WriteLineAsync("error: " + missing.Message.ReplaceLineEndings(" "));
            return 2;
        }

    case ["say", var folder, .. var rest]:
        return await LabClient.RunAsync(folder, rest, Console.Out, Console.Error, stop.Token);
    default:
        await Console.Error.WriteLineAsync("guard-lab aws … | guard-lab azure … | guard-lab demo … | guard-lab say FOLDER …");
        return 2;
}

void Stop(PosixSignalContext signal)
{
    // The others start nothing that would stay behind.
    signal.Cancel = args is ["azure" or "demo" or "say", ..];
    stop.Cancel();
}
