using System.CommandLine;
using System.Text;
using ServerlessGuard.Cli.Commands;

// The composition root: every part is made here, by hand.
Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false), 64 * 1024);
await using var complaints =
    TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true });

var root = new RootCommand("ServerlessGuard: one set of rules for AWS and Azure")
{
    new ScanCommand(TimeProvider.System, output, complaints).Create(),
    new RulesCommand(output, complaints).Create(),
    new ComplianceCommand(TimeProvider.System, output, complaints).Create(),
    new FindingsCommand(TimeProvider.System, output, complaints).Create(),
    new DoctorCommand(TimeProvider.System, output, complaints).Create(),
    new FederationCommand(TimeProvider.System, output, complaints).Create(),
    new ServeCommand(TimeProvider.System, output, complaints).Create(),
    new PermissionsCommand(output, complaints).Create(),
    new PackageCommand(output, complaints).Create(),
};
foreach (var decision in new DecisionCommands(TimeProvider.System, output, complaints).Create())
{
    root.Add(decision);
}

try
{
    var parsed = root.Parse(args);
    if (parsed.Errors.Count > 0)
    {
        foreach (var error in parsed.Errors)
        {
            await complaints.WriteLineAsync(error.Message);
        }

        await complaints.WriteLineAsync("guard --help lists the commands");
        return ScanCommand.Unusable;
    }

    var code = await parsed.InvokeAsync(new InvocationConfiguration
        { Output = output, Error = complaints, EnableDefaultExceptionHandler = false });
    await output.FlushAsync();
    return code;
}
catch (OperationCanceledException)
{
    return 130;
}
catch (IOException fault)
{
    return Unwritten(fault);
}


// A reader that went away (guard scan … | head) wants no more; anything else has lost the report.
int Unwritten(IOException fault)
{
    if (fault.Message.Contains("Broken pipe", StringComparison.OrdinalIgnoreCase))
    {
        return ScanCommand.Clean;
    }

    complaints.WriteLine($"cannot write the output: {fault.Message}");
    return ScanCommand.Unusable;
}
