using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>A function app's directory: host.json and one folder per function.</summary>
public sealed record FunctionApp
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public required string Directory { get; init; }

    /// <summary>host.json's defaultExecutablePath, made absolute.</summary>
    public required string Executable { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }
    public required TimeSpan FunctionTimeout { get; init; }
    public required QueueRules Queues { get; init; }
    public required IReadOnlyList<FunctionDefinition> Functions { get; init; }

    /// <summary>
    /// Throws <see cref="InvalidDataException"/>, naming the file, for what the lab does not simulate: nothing is silently ignored.
    /// </summary>
    public static FunctionApp Read(string directory, IReadOnlyDictionary<string, string> settings)
    {
        var host = Parse(Path.Combine(directory, "host.json"));
        var handler = host["customHandler"]?.AsObject() ?? throw new InvalidDataException("host.json: no customHandler");
        if (handler["enableForwardingHttpRequest"]?.GetValue<bool>() == true)
        {
            throw new InvalidDataException("host.json: enableForwardingHttpRequest is not simulated");
        }

        var description = handler["description"]?.AsObject()
            ?? throw new InvalidDataException("host.json: customHandler has no description");
        var executable = (string?)description["defaultExecutablePath"]
            ?? throw new InvalidDataException("host.json: no defaultExecutablePath");
        var queues = host["extensions"]?["queues"]?.AsObject();
        return new FunctionApp
        {
            Directory = directory,
            Executable = Path.GetFullPath(executable, directory),
            Arguments = [.. description["arguments"]?.AsArray().Select(argument => (string?)argument ?? "") ?? []],
            FunctionTimeout = Duration(host["functionTimeout"], TimeSpan.FromMinutes(5)),
            Queues = new QueueRules
            {
                BatchSize = (int?)queues?["batchSize"] ?? 16,
                NewBatchThreshold = (int?)queues?["newBatchThreshold"] ?? ((int?)queues?["batchSize"] ?? 16) / 2,
                MaxDequeueCount = (int?)queues?["maxDequeueCount"] ?? 5,
                RetryAfter = Duration(queues?["visibilityTimeout"], TimeSpan.Zero),
                MaxPollingInterval = Duration(queues?["maxPollingInterval"], TimeSpan.FromMinutes(1)),
                Base64 = !string.Equals((string?)queues?["messageEncoding"], "none", StringComparison.OrdinalIgnoreCase),
            },
            Functions =
            [
                .. System.IO.Directory.EnumerateFiles(directory, "function.json",
                    new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
                    .Order(StringComparer.Ordinal)
                    .Select(file => Function(file, settings)),
            ],
        };
    }

    private static FunctionDefinition Function(string file, IReadOnlyDictionary<string, string> settings)
    {
        var name = Path.GetFileName(Path.GetDirectoryName(file))!;
        var bindings = Parse(file)["bindings"]?.AsArray() ?? throw new InvalidDataException($"{name}/function.json: no bindings");
        FunctionTrigger? trigger = null;
        string? output = null;
        foreach (var binding in bindings.OfType<JsonObject>())
        {
            var type = (string?)binding["type"] ?? "";
            if (string.Equals((string?)binding["direction"], "out", StringComparison.Ordinal))
            {
                output = type == "http"
                    ? Name(binding, name)
                    : throw new InvalidDataException($"{name}/function.json: the lab has no {type} output");
            }
            else
            {
                trigger = trigger is null
                    ? Trigger(binding, type, name, settings)
                    : throw new InvalidDataException($"{name}/function.json: two inputs");
            }
        }

        return new FunctionDefinition(name, trigger ?? throw new InvalidDataException($"{name}/function.json: no trigger"), output);
    }

    private static FunctionTrigger Trigger(JsonObject binding, string type, string function, IReadOnlyDictionary<string, string> settings)
    {
        var name = Name(binding, function);
        return type switch
        {
            "eventGridTrigger" => new EventGridTrigger(name, (string?)binding["cardinality"] == "many"),
            "queueTrigger" => new QueueTrigger(
                name,
                Setting((string?)binding["queueName"], settings, function),
                (string?)binding["dataType"] == "binary",
                (string?)binding["connection"] is { Length: > 0 } connection ? connection : "AzureWebJobsStorage"),
            "timerTrigger" => new TimerTrigger(name, Setting((string?)binding["schedule"], settings, function)),
            "httpTrigger" => new HttpTrigger(
                name,
                ((string?)binding["route"] ?? function).Trim('/'),
                [.. binding["methods"]?.AsArray().Select(method => ((string?)method ?? "").ToUpperInvariant()) ?? []],
                (string?)binding["authLevel"] != "anonymous"),
            _ => throw new InvalidDataException($"{function}/function.json: the lab has no {type}"),
        };
    }

    private static string Name(JsonObject binding, string function) =>
        (string?)binding["name"] ?? throw new InvalidDataException($"{function}/function.json: a binding has no name");

    /// <summary><c>%NAME%</c> is an app setting.</summary>
    private static string Setting(string? text, IReadOnlyDictionary<string, string> settings, string function)
    {
        if (text is not ['%', .. var key, '%'])
        {
            return text ?? throw new InvalidDataException($"{function}/function.json: queueName or schedule is missing");
        }

        return settings.TryGetValue(key, out var value)
            ? value
            : throw new InvalidDataException($"{function}/function.json: there is no app setting {key}");
    }

    private static TimeSpan Duration(JsonNode? node, TimeSpan otherwise) => (string?)node switch
    {
        null => otherwise,
        "-1" => Timeout.InfiniteTimeSpan,
        { } text => TimeSpan.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
    };

    private static JsonObject Parse(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file), documentOptions: Lenient)?.AsObject()
                ?? throw new InvalidDataException($"{file}: no JSON object");
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or IOException)
        {
            throw new InvalidDataException($"{file}: {fault.Message}", fault);
        }
    }
}

/// <summary>host.json, extensions.queues.</summary>
public sealed record QueueRules
{
    public required int BatchSize { get; init; }
    public required int NewBatchThreshold { get; init; }
    public required int MaxDequeueCount { get; init; }

    /// <summary>How long a failed message stays out of sight.</summary>
    public required TimeSpan RetryAfter { get; init; }

    public required TimeSpan MaxPollingInterval { get; init; }

    /// <summary>The text of a message is base64 of its bytes.</summary>
    public required bool Base64 { get; init; }
}
