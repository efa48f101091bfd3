namespace ServerlessGuard.Lab.Demo;

/// <summary>What <c>guard-lab demo</c> was given.</summary>
internal sealed record DemoOptions
{
    /// <summary>The Lambda executable.</summary>
    public required string Bootstrap { get; init; }

    /// <summary>The function app, built or published: host.json, the functions' folders, the executable.</summary>
    public required string App { get; init; }

    /// <summary>guard.dll, for the page; null: no page.</summary>
    public string? Guard { get; init; }

    /// <summary>Where the emulators are installed.</summary>
    public required string Servers { get; init; }

    /// <summary>Where the demonstration keeps its address while it runs.</summary>
    public required string Folder { get; init; }

    /// <summary>The page's port; 0: the system picks one.</summary>
    public int Port { get; init; }

    /// <summary>Tell the story, check each outcome, leave.</summary>
    public bool Once { get; init; }

    /// <summary>The user's own exports, judged by both hosts instead of the story.</summary>
    public string? Input { get; init; }

    /// <summary>How far fixes go. Of the user's own exports plans are made and shown.</summary>
    public string Mode { get => field ?? (Input is null ? "enforce" : "propose"); init; }

    public const string Usage =
        "guard-lab demo --bootstrap FILE --app FOLDER --servers FOLDER --folder FOLDER [--guard FILE] [--port N] [--input FILE] [--once]";

    /// <summary>Null, and one line, when something is missing or unknown.</summary>
    public static DemoOptions? Read(IReadOnlyList<string> arguments, TextWriter complaints)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        var once = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] is "--once")
            {
                once = true;
            }
            else if (arguments[i] is "--bootstrap" or "--app" or "--servers" or "--folder" or "--guard" or "--port" or "--input"
                && i + 1 < arguments.Count)
            {
                given[arguments[i]] = arguments[++i];
            }
            else
            {
                complaints.WriteLine($"demo: {arguments[i]} is not a known option; options: --once, --input FILE, --port N, --native");
                return null;
            }
        }

        foreach (var name in (string[])["--bootstrap", "--app", "--servers", "--folder"])
        {
            if (!given.ContainsKey(name))
            {
                complaints.WriteLine(Usage);
                return null;
            }
        }

        var port = 0;
        if (given.TryGetValue("--port", out var text) && (!int.TryParse(text, out port) || port is < 0 or > 65535))
        {
            complaints.WriteLine($"demo: --port {text} is not a port");
            return null;
        }

        if (given.GetValueOrDefault("--input") is { } input && !File.Exists(input) && !Directory.Exists(input))
        {
            complaints.WriteLine($"demo: --input {input}: no such file");
            return null;
        }

        return new DemoOptions
        {
            Bootstrap = Path.GetFullPath(given["--bootstrap"]),
            App = Path.GetFullPath(given["--app"]),
            Servers = Path.GetFullPath(given["--servers"]),
            Folder = Path.GetFullPath(given["--folder"]),
            Guard = given.GetValueOrDefault("--guard"),
            Port = port,
            Once = once,
            Input = given.GetValueOrDefault("--input"),
        };
    }
}
