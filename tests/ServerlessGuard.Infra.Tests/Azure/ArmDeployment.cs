using System.Text.Json.Nodes;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Infra.Tests.Azure;

/// <summary>A template with parameters put in: every resource that it makes, nested templates included, as ARM would answer for it.</summary>
internal sealed class ArmDeployment
{
    private ArmDeployment()
    {
    }

    /// <summary>Id, type, apiVersion, name, location, kind, identity, sku and properties.</summary>
    public List<JsonObject> Resources { get; } = [];

    /// <summary>What ARM orders among itself: the resources of each template, and each nested deployment as one of them.</summary>
    public List<IReadOnlyList<ArmStep>> Templates { get; } = [];

    public static JsonObject Template(string file) => JsonNode.Parse(File.ReadAllText(Repository.Path("infra", "azure", file)))!.AsObject();

    public static ArmDeployment Of(string file, JsonObject parameters)
    {
        var deployment = new ArmDeployment();
        var top = file == "management-group.json" ? ArmScope.ManagementGroup : "/subscriptions/" + ArmScope.Subscription;
        deployment.Add(Template(file), parameters, top);
        return deployment;
    }

    private readonly Dictionary<string, string> _outputs = new(StringComparer.Ordinal);

    /// <summary>An output of the template that makes the product; the one above it passes them on.</summary>
    public string Output(string name) => _outputs[name];

    /// <summary>Parameters with which serverlessguard.json sets everything up.</summary>
    public static JsonObject FederationAndChat() => new()
    {
        ["federationAudience"] = "api://cccccccc-8888-7777-6666-555555555555",
        ["peerUrl"] = "https://federationurl.lambda-url.eu-central-1.on.aws/",
        ["peerRegion"] = "eu-central-1",
        ["peerRole"] = "arn:aws:iam::123456789012:role/serverlessguard/serverlessguard-PeerRole-EXAMPLE",
        ["peerIssuer"] = "https://dddddddd-8888-7777-6666-555555555555.tokens.sts.global.api.aws",
        ["peerSubject"] = "arn:aws:iam::123456789012:role/serverlessguard/serverlessguard-OutboxRole-EXAMPLE",
        ["peerAccounts"] = new JsonArray("123456789012"),
        ["chatVault"] = ChatVault,
        ["slackTokenName"] = "slack-token",
        ["slackSigningSecretName"] = "slack-signing-secret",
        ["slackWebhookName"] = "slack-webhook",
        ["teamsWebhookName"] = "teams-webhook",
        ["linkKeyName"] = "link-key",
        ["slackChannel"] = "C024BE91L",
    };

    public const string ChatVault = $"/subscriptions/{ArmScope.Subscription}/resourceGroups/secrets/providers/Microsoft.KeyVault/vaults/team-secrets";

    public IEnumerable<JsonObject> Of(string type) => Resources.Where(resource => resource["type"]!.GetValue<string>() == type);

    /// <summary>The app's settings: another child of that type holds those of its authentication.</summary>
    public JsonObject AppSettings() => Config("appsettings") ?? throw new InvalidOperationException("no settings of the app");

    public JsonObject? Config(string name) => Of("Microsoft.Web/sites/config").SingleOrDefault(config => config["name"]!.GetValue<string>().EndsWith("/" + name, StringComparison.Ordinal))?["properties"]!.AsObject();

    private void Add(JsonObject template, JsonObject parameters, string at)
    {
        Assert.Equal("2.0", template["languageVersion"]!.GetValue<string>());
        var scope = new ArmScope(template, parameters, at);
        var steps = new List<ArmStep>();
        Templates.Add(steps);
        foreach (var (symbol, node) in template["resources"]!.AsObject())
        {
            var declared = node!.AsObject();
            AssertStructure(template, symbol, declared);
            var count = declared["copy"] is { } copy ? scope.Evaluate(copy["count"]!).GetValue<int>() : 1;
            for (scope.CopyIndex = 0; scope.CopyIndex < count; scope.CopyIndex++)
            {
                if (declared["condition"] is not { } condition || scope.Evaluate(condition).GetValue<bool>())
                {
                    steps.Add(new ArmStep(symbol, declared, One(declared, scope, at)));
                }
            }
        }

        foreach (var (name, output) in template["outputs"]?.AsObject() ?? [])
        {
            // The nested one comes first, and knows what the outer one can only pass on.
            _outputs.TryAdd(name, scope.Evaluate(output!["value"]!).ToString());
        }

        AssertUsed(template, scope);
    }

    /// <returns>The resource; of a nested deployment where it goes and what it is given.</returns>
    private JsonObject One(JsonObject declared, ArmScope scope, string at)
    {
        if (declared["type"]!.GetValue<string>() == "Microsoft.Resources/deployments")
        {
            var properties = declared["properties"]!;
            Assert.Equal("inner", properties["expressionEvaluationOptions"]!["scope"]!.GetValue<string>());
            scope.Evaluate(declared["name"]!);
            var given = new JsonObject(properties["parameters"]!.AsObject().Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)scope.Evaluate(entry.Value!["value"]!))));
            var below = declared["subscriptionId"] is { } subscription ? "/subscriptions/" + scope.Evaluate(subscription).GetValue<string>() : at;
            below = declared["resourceGroup"] is { } group ? $"{below}/resourceGroups/{scope.Evaluate(group)}" : below;
            Add(properties["template"]!.AsObject(), given, below);
            return new JsonObject { ["id"] = $"deployment of {declared["name"]}", ["scope"] = below, ["properties"] = given.DeepClone() };
        }

        var made = new JsonObject(declared.Where(entry => entry.Key is not ("dependsOn" or "condition" or "copy")).Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)scope.Evaluate(entry.Value!))));
        var type = made["type"]!.GetValue<string>();
        var name = made["name"]!.GetValue<string>();
        made["id"] = type == "Microsoft.Resources/resourceGroups" ? $"{at}/resourceGroups/{name}" : ArmScope.Id(made["scope"]?.GetValue<string>() ?? at, type, name.Split('/'));
        Resources.Add(made);
        return made;
    }

    private static void AssertStructure(JsonObject template, string symbol, JsonObject declared)
    {
        Assert.Matches(@"^\d{4}-\d{2}-\d{2}(-preview)?$", declared["apiVersion"]?.GetValue<string>() ?? $"{symbol} has none");
        Assert.Matches(@"^Microsoft\.[A-Za-z]+(/[A-Za-z]+)+$", declared["type"]!.GetValue<string>());
        Assert.All(declared["dependsOn"]?.AsArray() ?? [], name => Assert.True(template["resources"]![name!.GetValue<string>()] is not null, $"{symbol} depends on {name}, which does not exist"));
    }

    /// <summary>What nothing asks for is a parameter that does nothing.</summary>
    private static void AssertUsed(JsonObject template, ArmScope scope)
    {
        var text = template["resources"]!.ToJsonString() + template["variables"]?.ToJsonString() + template["outputs"]?.ToJsonString();
        foreach (var kind in new[] { "parameters", "variables" })
        {
            Assert.All(template[kind]?.AsObject().Select(entry => entry.Key) ?? [], name => Assert.True(
                scope.Used.Contains($"{kind} {name}") || text.Contains($"{kind}(\\u0027{name}\\u0027)", StringComparison.Ordinal), $"{kind}('{name}') is never used"));
        }
    }
}
