using System.CommandLine;
using ServerlessGuard.Cli.Commands;
using ServerlessGuard.Cli.Spill;

namespace ServerlessGuard.Cli.Tests;

/// <summary>The command line, in this process: what it printed and how it ended.</summary>
internal sealed record Guard(int Code, string Output, string Complaints)
{
    /// <summary>Fixtures are dated so that credentials in them have a known age on this day.</summary>
    public const string Day = "2026-11-01T12:00:00Z";

    public IReadOnlyList<string> ComplaintLines => Complaints.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<Guard> Run(params string[] arguments) => Run(null, arguments);

    /// <param name="room">What a scan may keep in memory; null: as usual.</param>
    public static async Task<Guard> Run(ScanRoom? room, params string[] arguments)
    {
        await using var output = new StringWriter();
        await using var complaints = new StringWriter();
        var parsed = Parse(output, complaints, arguments, room);
        Assert.Empty(parsed.Errors);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = complaints, EnableDefaultExceptionHandler = false });
        return new Guard(code, output.ToString(), complaints.ToString());
    }

    /// <summary>What is wrong with a command line, without running it. An option that does not exist would pass for a value.</summary>
    public static IReadOnlyList<string> Errors(params string[] arguments)
    {
        var parsed = Parse(TextWriter.Null, TextWriter.Null, arguments);
        var options = parsed.CommandResult.Children.SelectMany(child => child.Tokens).Select(token => token.Value).Where(value => value.StartsWith("--", StringComparison.Ordinal));
        return [.. parsed.Errors.Select(error => error.Message), .. options.Select(option => $"no option {option}")];
    }

    /// <summary>A scan of one file with this content.</summary>
    public static Task<Guard> Scan(string name, string content, params string[] options) => Scan(name, System.Text.Encoding.UTF8.GetBytes(content), options);

    public static async Task<Guard> Scan(string name, byte[] content, params string[] options)
    {
        using var folder = new Folder();
        return await Run(["scan", folder.Write(name, content), "--as-of", Day, .. options]);
    }

    private static ParseResult Parse(TextWriter output, TextWriter complaints, string[] arguments, ScanRoom? room = null)
    {
        var root = new RootCommand
        {
            new ScanCommand(TimeProvider.System, output, complaints, room).Create(),
            new RulesCommand(output, complaints).Create(),
            new FindingsCommand(TimeProvider.System, output, complaints).Create(),
            new DoctorCommand(TimeProvider.System, output, complaints).Create(),
            new FederationCommand(TimeProvider.System, output, complaints).Create(),
            new ServeCommand(TimeProvider.System, output, complaints).Create(),
            new PermissionsCommand(output, complaints).Create(),
            new PackageCommand(output, complaints).Create(),
            new ComplianceCommand(TimeProvider.System, output, complaints).Create(),
        };
        foreach (var decision in new DecisionCommands(TimeProvider.System, output, complaints).Create())
        {
            root.Add(decision);
        }

        return root.Parse(arguments);
    }
}

/// <summary>A folder for one test.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("guard-test-").FullName;

    public string Write(string name, byte[] content)
    {
        var file = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }

    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
