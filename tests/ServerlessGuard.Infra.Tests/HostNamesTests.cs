using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Infra.Tests.Aws;
using ServerlessGuard.Infra.Tests.Azure;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Infra.Tests;

/// <summary>What the templates and the permissions call things is what the hosts' sources call them.</summary>
public sealed partial class HostNamesTests
{
    /// <summary>Set by a person or the lab only: each has a default, or is for emulators.</summary>
    private static readonly string[] NotDeployed = ["GUARD_SETTINGS", "GUARD_RULES", "GUARD_STORAGE_CONNECTION", "GUARD_ARM_ENDPOINT", "GUARD_ARM_AUDIENCE", "GUARD_DRY_WINDOW_HOURS", "GUARD_SLACK_API", "GUARD_KEY_VAULT_ENDPOINT", "GUARD_CHAT_SIGN_IN"];

    /// <summary>What the chat is told, in both clouds.</summary>
    private static readonly string[] Chat = [.. Names(Sources("ServerlessGuard.Chat")).Except(NotDeployed)];

    /// <summary>What both hosts read by the engine.</summary>
    private static readonly string[] Engine =
        [.. Names(File.ReadAllText(Repository.Path("shared", "ServerlessGuard.Core", "Engine", "EnvironmentSettings.cs")))];

    [Fact]
    public void Aws_functions_get_the_variables_that_the_host_reads()
    {
        var read = Names(Sources("ServerlessGuard.Aws")).Union(Chat, StringComparer.Ordinal).Union(Engine, StringComparer.Ordinal);
        var set = Variables(
        [
            .. Stack.Peer, .. Stack.Chat,
            ("LogBucket", "logs"), ("WorkloadBoundary", "arn:aws:iam::123456789012:policy/boundary"), ("ChatUrl", "https://guard.acme.example"), ("SignInIssuer", "https://login.acme.example/t/v2.0"), ("SignInClientId", "client"),
        ]);
        Assert.Equal(read.Except(NotDeployed).Order(StringComparer.Ordinal), set["remediate"].Select(entry => entry.Key).Order(StringComparer.Ordinal));

        // What is ours and what seals is the business of the one who changes resources.
        Assert.Equal(["remediate"], set.Where(entry => entry.Value.Remove("GUARD_OWN_RESOURCES")).Select(entry => entry.Key));
        Assert.Equal(["remediate"], set.Where(entry => entry.Value.Remove("GUARD_SEAL_KEY")).Select(entry => entry.Key));
        Assert.All(set.Values, variables => Assert.Equal(set["scan"].ToJsonString(), variables.ToJsonString()));
    }

    /// <summary>What is not set up is not in the environment at all: each part is there as a whole or not.</summary>
    [Fact]
    public void Aws_functions_are_told_nothing_of_what_is_not_set_up() =>
        Assert.All(Variables([]).Values, variables => Assert.DoesNotContain(variables, entry => entry.Key.StartsWith("GUARD_PEER_", StringComparison.Ordinal) || Chat.Contains(entry.Key, StringComparer.Ordinal)));

    /// <summary>Secrets are named, never given: what stands in a function's configuration can be read by everyone who may look at it.</summary>
    [Fact]
    public void Aws_functions_get_references_to_secrets()
    {
        string[] secrets = ["GUARD_SLACK_TOKEN", "GUARD_SLACK_SIGNING_SECRET", "GUARD_SLACK_WEBHOOK", "GUARD_TEAMS_WEBHOOK", "GUARD_LINK_KEY"];
        Assert.All(Variables(Stack.Chat).Values, variables => Assert.All(secrets, name => Assert.StartsWith("arn:aws:secretsmanager:", variables[name]!.GetValue<string>(), StringComparison.Ordinal)));
        var patterns = CloudFormationYaml.Read(File.ReadAllText(Repository.Path("infra", "aws", "serverlessguard.yaml")))["Parameters"]!.AsObject();
        Assert.All(Stack.Chat.Where(entry => entry.Name is not "SlackChannel"), entry => Assert.DoesNotMatch($"^(?:{patterns[entry.Name]!["AllowedPattern"]})$", "xoxb-0000000000-not-a-reference"));
    }

    /// <summary>A function cannot be told its own URL, which is made after it; the others are.</summary>
    [Fact]
    public void Aws_links_lead_to_the_functions_own_url_unless_another_is_named()
    {
        var set = Variables(Stack.Chat);
        Assert.False(set["chatops"].ContainsKey("GUARD_CHAT_URL"));
        Assert.Equal("https://chatopsurl.lambda-url.eu-central-1.on.aws/", set["outbox"]["GUARD_CHAT_URL"]!.GetValue<string>());
    }

    [Fact]
    public void Aws_handlers_are_the_hosts_entries()
    {
        var entries = HandlerName().Matches(File.ReadAllText(Repository.Path("src", "ServerlessGuard.Aws", "Runtime", "Handler.cs"))).Select(match => match.Groups["name"].Value.ToLowerInvariant());
        Assert.Equal(entries.Order(StringComparer.Ordinal), Stack.Product(Stack.Chat).Of("AWS::Lambda::Function").Select(function => function.Properties["Handler"]!.GetValue<string>()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Azure_app_gets_the_settings_that_the_host_reads()
    {
        var settings = ArmDeployment.Of("serverlessguard.json", []).AppSettings().Select(entry => entry.Key).ToList();
        Assert.Equal(
            Names(Sources("ServerlessGuard.Azure")).Union(Chat, StringComparer.Ordinal).Union(Engine, StringComparer.Ordinal).Except(NotDeployed).Order(StringComparer.Ordinal),
            settings.Where(name => name.StartsWith("GUARD_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    /// <summary>A connection by identity: its prefix is what function.json names; the queue must exist.</summary>
    [Fact]
    public void Azure_triggers_find_their_connection_and_their_queue()
    {
        var deployment = ArmDeployment.Of("serverlessguard.json", []);
        var settings = deployment.AppSettings();
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

    /// <summary>The alarm looks at a metric that the outbox writes.</summary>
    [Fact]
    public void Aws_alarm_on_the_outbox_names_the_hosts_metric()
    {
        var sources = Sources("ServerlessGuard.Aws");
        var metrics = Stack.Product([.. Stack.Peer, .. Stack.Chat]).Of("AWS::CloudWatch::Alarm").Select(alarm => alarm.Properties).Where(alarm => alarm["Namespace"]!.GetValue<string>() == "ServerlessGuard")
            .Select(alarm => alarm["MetricName"]!.GetValue<string>()).Where(metric => metric.StartsWith("Outbox", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["OutboxAgeSeconds", "OutboxCommandAgeSeconds", "OutboxFederateAgeSeconds", "OutboxNotifyAgeSeconds"], metrics);
        Assert.All(metrics, metric => Assert.Contains(
            metric is "OutboxAgeSeconds" ? "\"OutboxAgeSeconds\"" : $"OutboxKind.{metric["Outbox".Length..^"AgeSeconds".Length]}", sources, StringComparison.Ordinal));
        Assert.Contains("$\"Outbox{kind}AgeSeconds\"", sources, StringComparison.Ordinal);
        Assert.Contains("\"outbox.oldest_s\"", Sources("ServerlessGuard.Azure"), StringComparison.Ordinal);
        Assert.Contains("\"events.refused\"", Sources("ServerlessGuard.Azure"), StringComparison.Ordinal);
        Assert.Contains("outbox.oldest_s", ArmDeployment.Template("serverlessguard.json").ToJsonString(), StringComparison.Ordinal);
        Assert.Contains("events.refused", ArmDeployment.Template("serverlessguard.json").ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>A refused seal may be an attack: both templates listen for the metric that the hosts write then.</summary>
    [Fact]
    public void An_alarm_hears_of_refused_seals()
    {
        Assert.Contains(Stack.Product().Of("AWS::CloudWatch::Alarm"), alarm => alarm.Properties["MetricName"]!.GetValue<string>() == "SealRefused");
        Assert.Contains("line.metric == 'SealRefused'", ArmDeployment.Of("serverlessguard.json", []).Of("Microsoft.Insights/scheduledQueryRules").Select(rule =>
            rule["properties"]!["criteria"]!["allOf"]![0]!["query"]!.GetValue<string>()).Single(query => query.Contains("Seal", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("SealedPlans.Metric", Sources("ServerlessGuard.Aws"), StringComparison.Ordinal);
        Assert.Contains("SealedPlans.Metric", Sources("ServerlessGuard.Azure"), StringComparison.Ordinal);
    }

    private static Dictionary<string, JsonObject> Variables(IEnumerable<(string Name, string Value)> parameters) => Stack.Product(parameters).Of("AWS::Lambda::Function")
        .ToDictionary(function => function.Properties["Handler"]!.GetValue<string>(), function => function.Properties["Environment"]!["Variables"]!.AsObject(), StringComparer.Ordinal);

    private static string Sources(string project) => string.Concat(Directory.EnumerateFiles(Repository.Path("src", project), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));

    private static HashSet<string> Names(string source) => [.. Variable().Matches(source).Select(match => match.Groups["name"].Value)];

    [GeneratedRegex("\"(?<name>GUARD_[A-Z_]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("\"(?<name>guard-(?!functions)[a-z]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex QueueName();

    [GeneratedRegex("^    (?<name>[A-Z][a-z]+)( = [0-9]+)?,", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex HandlerName();
}
