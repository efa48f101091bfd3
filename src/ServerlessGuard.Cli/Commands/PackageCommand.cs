using System.CommandLine;

namespace ServerlessGuard.Cli.Commands;

/// <summary><c>guard package aws|azure</c>: the deployable zip, from a source checkout.</summary>
internal sealed class PackageCommand(TextWriter output, TextWriter complaints)
{
    public Command Create() => new("package", "Build the deployable zip of a host from a source checkout")
    {
        For(HostPackage.Aws, "The zip of the Lambda: bootstrap and guard.yaml"),
        For(HostPackage.Azure, "The zip of the Functions app: guard-functions, host.json, one folder per function, guard.yaml"),
    };

    private Command For(HostPackage package, string description)
    {
        var target = new Option<string>("--out") { Description = "Folder for the zip", Required = true };
        var config = new Option<string?>("--config") { Description = "The guard.yaml to include (default: guard.yaml in this folder, or an empty one)" };
        var source = new Option<string?>("--source") { Description = "The checkout (default: the closest folder above this one that contains ServerlessGuard.sln)" };
        var from = new Option<string?>("--publish-dir") { Description = "Package this output of dotnet publish instead of building" };
        var command = new Command(package.Name, description) { target, config, source, from };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var settings = Settings(parsed.GetValue(config));
                if (settings is null)
                {
                    return ScanCommand.Unusable;
                }

                var checkout = parsed.GetValue(source) ?? HostPackage.Checkout(Directory.GetCurrentDirectory());
                var published = parsed.GetValue(from);
                if (published is null && checkout is null)
                {
                    throw new PackageFault("not in a source checkout (no ServerlessGuard.sln in this folder or above it): use --source");
                }

                var file = Path.GetFullPath(Path.Combine(parsed.GetValue(target)!, package.File));
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                published ??= await Publication.RunAsync(checkout!, package, complaints, cancellation);
                var bytes = package.Zip(published, settings);
                await File.WriteAllBytesAsync(file, bytes, cancellation);
                await output.WriteLineAsync($"{file}: {bytes.Length / 1_000_000.0:0.00} MB");
                return ScanCommand.Clean;
            }
            catch (Exception fault) when (fault is PackageFault or IOException or UnauthorizedAccessException)
            {
                await complaints.WriteLineAsync(Terminal.Safe(fault.Message));
                return ScanCommand.Unusable;
            }
        });
        return command;
    }

    /// <summary>The text to pack; null after complaints. A file that the host could not read must not be deployed.</summary>
    private string? Settings(string? config)
    {
        var faults = new List<Yaml.YamlFault>();
        ConfigFile.Read(config, faults, complaints);
        foreach (var fault in faults)
        {
            complaints.WriteLine(Terminal.Safe(fault.ToString()));
        }

        var file = config ?? "guard.yaml";
        return faults.Count > 0 ? null : File.Exists(file) ? File.ReadAllText(file) : "{}\n";
    }
}
