using System.Diagnostics;
using System.Globalization;
using ServerlessGuard.Cli.Input;
using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Commands;

/// <summary>What commands that read exported configuration share: inputs, settings, rules, and the reading itself.</summary>
internal sealed class ScanSession : IDisposable
{
    private readonly Assessor _assessor;
    private readonly TextWriter _complaints;
    private readonly VerdictShelf _shelf;
    private readonly RecordArchive _archive;
    private List<string> _files = [];

    private ScanSession(Assessor assessor, GuardSettings settings, TextWriter complaints, ScanRoom room)
    {
        _assessor = assessor;
        _complaints = complaints;
        _shelf = new VerdictShelf(room.Bytes);
        _archive = new RecordArchive(assessor, Faults, room.Resources);
        Settings = settings;
        Notes = new ScanNotes(settings, assessor);
    }

    public GuardSettings Settings { get; }
    public ScanNotes Notes { get; }
    public InputFaults Faults { get; } = new();

    /// <summary>When credentials are measured.</summary>
    public DateTimeOffset Now => _assessor.Context.Now;

    /// <summary>Built-in and custom rules that take part.</summary>
    public required IReadOnlyList<RuleDescriptor> Rules { get; init; }

    /// <summary>Native types that custom rules are about.</summary>
    public required IReadOnlySet<string> CustomTypes { get; init; }

    /// <summary>Null when the settings or the inputs cannot be used; why is said then.</summary>
    public static ScanSession? Open(Request request, TimeProvider time, TextWriter complaints, ScanRoom room)
    {
        if (Prepare(request, time, complaints, room) is not { } session)
        {
            return null;
        }

        var missing = new List<string>();
        session._files = [.. InputFile.Expand(request.Inputs, missing.Add)];
        foreach (var name in missing)
        {
            complaints.WriteLine($"{Terminal.Safe(name)}: no such file or folder");
        }

        if (missing.Count == 0 && session._files.Count > 0)
        {
            return session;
        }

        if (missing.Count == 0)
        {
            complaints.WriteLine($"{string.Join(", ", request.Inputs)}: contains no .json, .jsonl, .json.gz or .csv file");
        }

        session.Dispose();
        return null;
    }

    /// <param name="keepsEverything">Also verdicts that comply or do not apply.</param>
    /// <param name="takesNotes">What exemptions and the table ask of a resource later.</param>
    /// <param name="met">Called for each resource, one at a time; null: by nobody.</param>
    public async Task<ScanResult> RunAsync(bool keepsEverything, bool takesNotes, Action<Resource>? met, Stopwatch stopwatch,
        CancellationToken cancellation)
    {
        var scan = new Scan(_assessor, keepsEverything, _shelf, _archive);
        var run = new ScanRun(_assessor, scan, Faults, Math.Max(1, System.Environment.ProcessorCount - 1), _archive,
            takesNotes ? Notes : null, met);
        await using (new Progress(run, _files, _complaints, stopwatch))
        {
            await run.RunAsync(_files, cancellation);
        }

        return scan.Complete();
    }

    /// <summary>Nothing could be read at all.</summary>
    public bool IsUnusable(ScanResult result) => result.Resources == 0 && Faults.Unreadable > 0;

    /// <summary>What could not be read or judged, on standard error.</summary>
    public void Complain(ScanResult result)
    {
        foreach (var line in Faults.Lines)
        {
            _complaints.WriteLine(line);
        }

        foreach (var fault in result.Faults)
        {
            _complaints.WriteLine($"a bug in ServerlessGuard, please report it: {Terminal.Safe(fault)}");
        }

        if (Faults.Unreadable > 0)
        {
            var reasons = Faults.Reasons.OrderByDescending(reason => reason.Value).Take(4)
                .Select(reason => $"{reason.Value} {Terminal.Safe(reason.Key)}");
            _complaints.WriteLine($"{Faults.Unreadable} of {Faults.Records} items unreadable: {string.Join(", ", reasons)}");
        }

        if (Faults.Empty > 0)
        {
            _complaints.WriteLine(
                $"{Faults.Empty} records carry no configuration (schedules, oversized notifications, events without state)");
        }
    }

    public void Dispose()
    {
        _shelf.Dispose();
        _archive.Dispose();
    }

    private static ScanSession? Prepare(Request options, TimeProvider time, TextWriter complaints, ScanRoom room)
    {
        var faults = new List<YamlFault>();
        var settings = ConfigFile.Read(options.Config, faults, complaints);
        var custom = RuleFolder.Read(options.RulesDirs, faults);
        var now = time.GetUtcNow();
        if (options.AsOf is { } text)
        {
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out now))
            {
                faults.Add(new YamlFault("--as-of", 0, $"\"{text}\" is not a time like 2026-01-31T12:00:00Z"));
            }
        }

        var catalog = RuleCatalog.BuiltIn;
        if (options.Rules.Length > 0)
        {
            bool Wanted(string id) =>
                options.Rules.SelectMany(rule => rule.Split(','))
                    .Any(rule => id.StartsWith(rule.Trim(), StringComparison.OrdinalIgnoreCase));
            foreach (var rule in options.Rules.SelectMany(rule => rule.Split(','))
                .Where(rule => !catalog.All.Select(one => one.Descriptor.Id).Concat(custom.Select(one => one.Descriptor.Id))
                    .Any(id => id.StartsWith(rule.Trim(), StringComparison.OrdinalIgnoreCase))))
            {
                faults.Add(new YamlFault("--rules", 0, $"no rule {rule} (guard rules list shows them)"));
            }

            catalog = new RuleCatalog(catalog.All.Where(rule => Wanted(rule.Descriptor.Id)));
            custom = [.. custom.Where(rule => Wanted(rule.Descriptor.Id))];
        }

        foreach (var fault in faults)
        {
            complaints.WriteLine(Terminal.Safe(fault.ToString()));
        }

        return faults.Count > 0
            ? null
            : new ScanSession(new Assessor(catalog, new FactContext(settings, now), custom), settings, complaints, room)
            {
                Rules = [.. catalog.All.Select(rule => rule.Descriptor), .. custom.Select(rule => rule.Descriptor)],
                CustomTypes = custom.Select(rule => rule.NativeType).ToHashSet(StringComparer.OrdinalIgnoreCase),
            };
    }

    internal sealed record Request(string[] Inputs, string? Config, string[] Rules, string[] RulesDirs, string? AsOf);
}
