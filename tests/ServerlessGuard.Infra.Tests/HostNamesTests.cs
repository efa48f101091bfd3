using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Infra.Tests.Aws;
using ServerlessGuard.Infra.Tests.Azure;
using ServerlessGuard.Permissions;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Infra.Tests;

/// <summary>What the templates and the permissions call things is what the hosts' sources call them.</summary>
public sealed partial class HostNamesTests
{
    /// <summary>Set by a person or the lab only: each has a default, or is for emulators, or belongs to the federation, which the templates do not set up yet.</summary>
    private static readonly string[] NotDeployed =
    [
        "GUARD_SETTINGS", "GUARD_STORAGE_CONNECTION", "GUARD_ARM_ENDPOINT", "GUARD_ARM_AUDIENCE", "GUARD_OUTBOX_QUEUE",
        "GUARD_PEER_URL", "GUARD_PEER_TENANT", "GUARD_PEER_CLIENT_ID", "GUARD_PEER_SCOPE", "GUARD_PEER_AUTHORITY", "GUARD_PEER_ROLE", "GUARD_PEER_ACCOUNTS", "GUARD_PEER_REGION",
        "GUARD_PEER_STS", "GUARD_PEER_AUDIENCE", "GUARD_FEDERATION_ISSUER", "GUARD_FEDERATION_KEYS", "GUARD_FEDERATION_AUDIENCE", "GUARD_FEDERATION_CLIENT_ID",
    ];

    [Fact]
    public void Aws_functions_get_the_variables_that_the_host_reads()
    {
        var read = Names(Sources("ServerlessGuard.Aws"));
        var set = Stack.Product(("LogBucket", "logs"), ("WorkloadBoundary", "arn:aws:iam::123456789012:policy/boundary")).Of("AWS::Lambda::Function")
            .Select(function => function.Properties["Environment"]!["Variables"]!.AsObject().Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal)).ToList();
        Assert.All(set, names => Assert.Equal(set[0].Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal)));
        Assert.Equal(read.Except(NotDeployed).Order(StringComparer.Ordinal), set[0].Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Aws_handlers_are_the_hosts_entries()
    {
        var entries = HandlerName().Matches(File.ReadAllText(Repository.Path("src", "ServerlessGuard.Aws", "Runtime", "Handler.cs"))).Select(match => match.Groups["name"].Value.ToLowerInvariant());
        Assert.Equal(entries.Order(StringComparer.Ordinal), Stack.Product().Of("AWS::Lambda::Function").Select(function => function.Properties["Handler"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Azure_app_gets_the_settings_that_the_host_reads()
    {
        var settings = ArmDeployment.Of("serverlessguard.json", []).Of("Microsoft.Web/sites/config").Single()["properties"]!.AsObject().Select(entry => entry.Key).ToList();
        Assert.Equal(
            Names(Sources("ServerlessGuard.Azure")).Except(NotDeployed).Order(StringComparer.Ordinal),
            settings.Where(name => name.StartsWith("GUARD_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    /// <summary>A connection by identity: its prefix is what function.json names; the queue must exist.</summary>
    [Fact]
    public void Azure_triggers_find_their_connection_and_their_queue()
    {
        var deployment = ArmDeployment.Of("serverlessguard.json", []);
        var settings = deployment.Of("Microsoft.Web/sites/config").Single()["properties"]!.AsObject();
        var queues = deployment.Of("Microsoft.Storage/storageAccounts/queueServices/queues").Select(queue => queue["name"]!.GetValue<string>().Split('/')[^1]).ToList();
        var triggers = Directory.EnumerateFiles(Repository.Path("src", "ServerlessGuard.Azure"), "function.json", SearchOption.AllDirectories)
            .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!["bindings"]!.AsArray()).Where(binding => binding!["type"]!.GetValue<string>() == "queueTrigger").ToList();
        Assert.NotEmpty(triggers);
        Assert.All(triggers, trigger =>
        {
            Assert.NotNull(settings[trigger!["connection"]!.GetValue<string>() + "__queueServiceUri"]);
            Assert.Contains(trigger["queueName"]!.GetValue<string>(), queues);
        });
        Assert.All(QueueName().Matches(Sources("ServerlessGuard.Azure")).Select(match => match.Groups["name"].Value), name => Assert.Contains(name, queues));
    }

    /// <summary>The calls that the rule lets through are those that the host knows how to follow.</summary>
    [Fact]
    public void Aws_calls_are_those_that_the_host_follows()
    {
        var followed = Followed().Matches(File.ReadAllText(Repository.Path("src", "ServerlessGuard.Aws", "Events", "LiveStates.cs")))
            .Select(match => $"{match.Groups["source"].Value} {match.Groups["name"].Value}").Order(StringComparer.Ordinal);
        Assert.Equal(followed, AwsTriggers.CloudTrail.SelectMany(entry => entry.Value.Select(name => $"{entry.Key} {name}")).Order(StringComparer.Ordinal));
    }

    /// <summary>The alarm looks at a metric that the outbox writes.</summary>
    [Fact]
    public void Aws_alarm_on_the_outbox_names_the_hosts_metric()
    {
        var alarm = Stack.Product().Resources["OutboxAgeAlarm"].Properties;
        Assert.Contains($"\"{alarm["MetricName"]}\"", Sources("ServerlessGuard.Aws"), StringComparison.Ordinal);
        Assert.Contains("\"outbox.oldest_s\"", Sources("ServerlessGuard.Azure"), StringComparison.Ordinal);
        Assert.Contains("\"events.refused\"", Sources("ServerlessGuard.Azure"), StringComparison.Ordinal);
        Assert.Contains("outbox.oldest_s", ArmDeployment.Template("serverlessguard.json").ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("events.refused", ArmDeployment.Template("serverlessguard.json").ToJsonString(), StringComparison.Ordinal);
    }

    private static string Sources(string project) => string.Concat(Directory.EnumerateFiles(Repository.Path("src", project), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

    private static HashSet<string> Names(string source) => [.. Variable().Matches(source).Select(match => match.Groups["name"].Value)];

    [GeneratedRegex("\"(?<name>GUARD_[A-Z_]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("\"(?<name>guard-(?!functions)[a-z]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QueueName();

    [GeneratedRegex("^    (?<name>[A-Z][a-z]+)( = [0-9]+)?,", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex HandlerName();

    [GeneratedRegex("\\(\"(?<source>[a-z-]+\\.amazonaws\\.com)\", \"(?<name>[A-Za-z]+)\"\\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Followed();
}
