using System.CommandLine;
using System.Text;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Commands;

/// <summary><c>guard package aws|azure</c>: the deployable zip, from a source checkout.</summary>
internal sealed class PackageCommand(TextWriter output, TextWriter complaints)
{
    public Command Create() => new("package", "Build the deployable zip of a host from a source checkout")
    {
        For(HostPackage.Aws, "The zip of the Lambda: bootstrap, guard.yaml and custom rules"),
        For(HostPackage.Azure,
            "The zip of the Functions app: guard-functions, host.json, one folder per function, guard.yaml and custom rules"),
    };

    private Command For(HostPackage package, string description)
    {
        var target = new Option<string>("--out") { Description = "Folder for the zip", Required = true };
        var config = new Option<string?>("--config")
            { Description = "The guard.yaml to include (default: guard.yaml in this folder, or an empty one)" };
        var rules = new Option<string[]>("--rules-dir")
            { Description = "Folder of custom rules to include (default: the folder rules beside guard.yaml, if it exists)" };
        var source = new Option<string?>("--source")
            { Description = "The checkout (default: the closest folder above this one that contains ServerlessGuard.sln)" };
        var from = new Option<string?>("--publish-dir") { Description = "Package this output of dotnet publish instead of building" };
        var command = new Command(package.Name, description) { target, config, rules, source, from };
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                var settings = Settings(parsed.GetValue(config), RuleFiles.Folders(parsed.GetValue(rules) ?? [], parsed.GetValue(config)));
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

    /// <summary>
    /// guard.yaml and the rules, by their names in the zip; null after complaints. A file that the host could not read must not be
    /// deployed.
    /// </summary>
    private SortedDictionary<string, byte[]>? Settings(string? config, IReadOnlyList<string> folders)
    {
        var faults = new List<YamlFault>();
        ConfigFile.Read(config, faults, complaints);
        RuleFolder.Read(folders, faults);
        foreach (var fault in faults)
        {
            complaints.WriteLine(Terminal.Safe(fault.ToString()));
        }

        if (faults.Count > 0)
        {
            return null;
        }

        var file = config ?? "guard.yaml";
        var packed = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
            { ["guard.yaml"] = File.Exists(file) ? File.ReadAllBytes(file) : Encoding.UTF8.GetBytes("{}\n") };
        foreach (var folder in folders)
        {
            foreach (var rule in RuleFolder.Files(folder, faults))
            {
                var name = $"{RuleFolder.Name}/{Path.GetRelativePath(folder, rule).Replace('\\', '/')}";
                if (!packed.TryAdd(name, File.ReadAllBytes(rule)))
                {
                    throw new PackageFault($"{rule}: another folder has a file of that name too; rename one of them");
                }
            }
        }

        return packed;
    }
}
