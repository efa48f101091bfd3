using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Simulators.Aws.Services;
using ServerlessGuard.Simulators.Azure.Subscription;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Lab.Demo;

/// <summary>
/// The user's own exports of AWS Config and ARM, put into the simulated clouds one by one: each is a change that the clouds announce and
/// the hosts judge. Plans are made and shown; nothing is fixed.
/// </summary>
internal sealed partial class Replay
{
    private readonly List<JsonObject> _items = [];
    private readonly List<JsonObject> _resources = [];

    /// <summary>AWS accounts of the items.</summary>
    public HashSet<string> Accounts { get; } = new(StringComparer.Ordinal);

    public int Unknown { get; private set; }

    /// <summary>A file or a folder of them. <see cref="InvalidDataException"/>, one line, when there is nothing in it.</summary>
    public static Replay Read(string path)
    {
        var replay = new Replay();
        foreach (var file in Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray()
            : [path])
        {
            try
            {
                replay.Take(JsonNode.Parse(File.ReadAllText(file)));
            }
            catch (JsonException fault)
            {
                throw new InvalidDataException(
                    $"{file}: not JSON (line {fault.LineNumber + 1}); the demonstration accepts exports of AWS Config and of ARM", fault);
            }
        }

        return replay._items.Count + replay._resources.Count > 0
            ? replay
            : throw new InvalidDataException($"{path}: contains no configuration item and no ARM resource");
    }

    /// <summary>How many resources were not judged in time.</summary>
    public async Task<int> RunAsync(DemoWorld world, Narrator tell, CancellationToken cancellation)
    {
        tell.Title($"{_items.Count} AWS Config items and {_resources.Count} of your ARM resources, each as a change in the simulated "
            + $"clouds{(Unknown > 0 ? $"; {Unknown} records are neither and were left out" : string.Empty)}");
        var account = world.Clouds.Aws.Account;
        foreach (var item in _items)
        {
            account.Put(item, Actors.Person(account));
        }

        var failed = 0;
        foreach (var resource in _resources)
        {
            var id = (string)resource["id"]!;
            var answer = world.Clouds.Azure.Arm.Act(LabIdentity.Person, "PUT", id, resource);
            if (answer.Status is < 200 or > 299)
            {
                failed++;
                tell.Bad($"the simulated ARM answered {answer.Status} for {id}");
            }
        }

        var patience = TimeSpan.FromSeconds(30 + (_items.Count + _resources.Count) / 5.0);
        var watch = new Watch(world, new Measurements(), TimeProvider.System);
        var settled = await Watch.UntilAsync(async () => world.Clouds.Aws.IsIdle && await world.Clouds.Azure.IsSettledAsync(cancellation)
            && await watch.AgreeAsync(), cancellation, patience);
        if (!settled)
        {
            failed++;
            tell.Bad("not everything was evaluated and forwarded in time");
        }

        await ShowAsync(world, tell, cancellation);
        return failed;
    }

    private static async Task ShowAsync(DemoWorld world, Narrator tell, CancellationToken cancellation)
    {
        var reader = new FindingReader(world.AwsTable);
        await foreach (var partition in reader.AccountsAsync(cancellation))
        {
            var summary = await reader.SummaryAsync(partition, cancellation);
            tell.Plain($"  {partition,-44} {string.Join("  ", Enum.GetValues<Severity>().OrderDescending().Select(severity => $"{severity.ToString().ToLowerInvariant()} {summary[FindingStatus.Open, severity]}"))}");
            await foreach (var finding in reader.ListAsync(partition, FindingStatus.Open, severity: null, cancellation))
            {
                tell.Quiet($"    {finding.Severity,-9}{finding.RuleId,-18}{finding.Resource.Name ?? finding.Resource.Id}  "
                    + $"{finding.Treatment?.Plan?.Sentence}");
            }
        }
    }

    private void Take(JsonNode? node)
    {
        switch (node)
        {
            case JsonArray many:
                foreach (var one in many)
                {
                    Take(one);
                }

                break;
            case JsonObject { } wrapper when wrapper["configurationItems"] is JsonArray items:
                Take(items);
                break;
            case JsonObject { } wrapper when wrapper["value"] is JsonArray value && wrapper["id"] is null:
                Take(value);
                break;
            case JsonObject { } wrapper when wrapper["data"] is JsonArray data:
                Take(data);
                break;
            case JsonObject { } notification when notification["configurationItem"] is JsonObject inner:
                Take(inner);
                break;
            case JsonObject item when (string?)item["resourceType"] is { } && item["resourceId"] is not null:
                Item(item.DeepClone().AsObject());
                break;
            case JsonObject resource when (string?)(resource["id"] as JsonValue) is ['/', ..] && resource["type"] is not null:
                // The simulated subscription is the only one that there is.
                _resources.Add(
                    JsonNode.Parse(SubscriptionId()
                        .Replace(resource.ToJsonString(), "/subscriptions/" + SeedSubscription.Subscription))!.AsObject());
                break;
            default:
                Unknown++;
                break;
        }
    }

    private void Item(JsonObject item)
    {
        var account = (string?)item["awsAccountId"] ?? (string?)item["accountId"] ?? DemoWorld.AwsAccount;
        item["awsAccountId"] = account;
        item["configurationItemStatus"] ??= "OK";
        Accounts.Add(account);
        _items.Add(item);
    }

    [GeneratedRegex("/subscriptions/[0-9a-fA-F-]{36}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SubscriptionId();
}
