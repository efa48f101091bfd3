namespace ServerlessGuard.Simulators.Aws.LambdaRuntime;

/// <summary>A function of the simulated account: the real published executable and what Lambda tells it.</summary>
public sealed record LambdaFunctionSettings
{
    public required string Name { get; init; }

    /// <summary>The bootstrap: an executable file.</summary>
    public required string Bootstrap { get; init; }

    /// <summary>For a bootstrap that another program runs: <c>dotnet bootstrap.dll</c>.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Becomes <c>_HANDLER</c>.</summary>
    public required string Handler { get; init; }

    public required string Account { get; init; }
    public required string Region { get; init; }

    /// <summary>Besides Lambda's own variables; wins over them.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many processes may run at once. Beyond it, callers wait (Lambda would answer 429 to a synchronous caller).</summary>
    public int MaxConcurrency { get; init; } = 4;

    /// <summary>Megabytes; told to the process, not enforced.</summary>
    public int Memory { get; init; } = 256;

    public string Arn => $"arn:aws:lambda:{Region}:{Account}:function:{Name}";
}
