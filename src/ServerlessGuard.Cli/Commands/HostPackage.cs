using System.IO.Compression;

namespace ServerlessGuard.Cli.Commands;

/// <summary>What goes into a host's zip. The same files give the same bytes: names sorted, one fixed time, modes set here.</summary>
internal sealed record HostPackage(string Name, string Project, string Executable, string File, long MaxBytes)
{
    private const int Regular = 0x8000; // S_IFREG
    private static readonly DateTimeOffset Time = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>10 MB is the product's own limit: a small zip is a fast cold start. Lambda itself would take 50.</summary>
    public static HostPackage Aws { get; } = new("aws", "src/ServerlessGuard.Aws", "bootstrap", "serverlessguard-aws.zip", 10_000_000);

    /// <summary>
    /// Flex Consumption unpacks the zip at a cold start too; the limit is above what the executable needs today, and stops an accident.
    /// </summary>
    public static HostPackage Azure
        { get; } = new("azure", "src/ServerlessGuard.Azure", "guard-functions", "serverlessguard-azure.zip", 32_000_000);

    /// <summary>The nearest folder, upwards, that holds the solution.</summary>
    public static string? Checkout(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (System.IO.File.Exists(Path.Combine(at, "ServerlessGuard.sln")))
            {
                return at;
            }
        }

        return null;
    }

    /// <param name="published">Output of dotnet publish.</param>
    /// <param name="settings">guard.yaml and the team's rules, by their names in the zip.</param>
    /// <exception cref="PackageFault">The executable or a function's folder is missing, or the zip is too large.</exception>
    public byte[] Zip(string published, IReadOnlyDictionary<string, byte[]> settings)
    {
        if (!System.IO.File.Exists(Path.Combine(published, Executable)))
        {
            throw new PackageFault($"{published}: contains no {Executable}; is it the output of dotnet publish {Project}?");
        }

        var files = Directory.EnumerateFiles(published, "*", SearchOption.AllDirectories)
            .Select(file => (Name: Path.GetRelativePath(published, file).Replace('\\', '/'), File: file))
            .Where(entry => Belongs(entry.Name))
            .Select(entry => (entry.Name, Bytes: System.IO.File.ReadAllBytes(entry.File)))
            .Concat(settings.Select(entry => (Name: entry.Key, Bytes: entry.Value)))
            .OrderBy(entry => entry.Name, StringComparer.Ordinal)
            .ToList();
        if (this == Azure && files.All(file => file.Name != "host.json"))
        {
            throw new PackageFault($"{published}: contains no host.json");
        }

        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in files)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.SmallestSize);
                entry.LastWriteTime = Time;
                entry.ExternalAttributes = (Regular | (name == Executable ? 0b111_101_101 : 0b110_100_100)) << 16;
                using var content = entry.Open();
                content.Write(bytes);
            }
        }

        return stream.Length <= MaxBytes
            ? stream.ToArray()
            : throw new PackageFault(
                $"the zip would be {stream.Length / 1_000_000.0:0.00} MB, more than the limit of {MaxBytes / 1_000_000.0:0.##} MB: nothing "
                    + $"written");
    }

    /// <summary>
    /// A Lambda needs its executable; a Functions app the descriptions of its functions too. Symbols and documentation stay at home.
    /// </summary>
    private bool Belongs(string name) => name == Executable
        || this == Azure
            && (name == "host.json" || name.EndsWith("/function.json", StringComparison.Ordinal) && name.Count(c => c == '/') == 1);
}
