using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>
/// A template with parameters put in: conditions decided, functions evaluated, what a condition excludes left out. Names and ARNs that AWS would give are made up in the
/// documented shape. It knows the functions that the templates use; another one is an error, and so is a name that does not exist.
/// </summary>
internal sealed partial class Stack
{
    public const string Account = "123456789012";
    public const string Region = "eu-central-1";
    public const string Name = "serverlessguard";

    /// <summary>The federation, set up.</summary>
    public static readonly (string Name, string Value)[] Peer =
    [
        ("PeerUrl", "https://serverlessguard-abcdefghijklm.azurewebsites.net/api/federation"),
        ("PeerTenant", "99999999-8888-7777-6666-555555555555"),
        ("PeerClientId", "bbbbbbbb-8888-7777-6666-555555555555"),
        ("PeerAudience", "api://cccccccc-8888-7777-6666-555555555555"),
        ("PeerIdentity", "aaaaaaaa-8888-7777-6666-555555555555"),
        ("PeerAccounts", "11111111-2222-3333-4444-555555555555"),
    ];

    /// <summary>The chat, set up: one value of a JSON secret and four secrets.</summary>
    public static readonly (string Name, string Value)[] Chat =
    [
        ("SlackToken", Secret("slack", "#token")),
        ("SlackSigningSecret", Secret("slack-signing")),
        ("SlackWebhook", Secret("slack-webhook")),
        ("TeamsWebhook", Secret("teams-webhook")),
        ("LinkKey", Secret("link-key")),
        ("SlackChannel", "C024BE91L"),
    ];

    public static readonly (string Name, string Value) SecretsKey = ("SecretsKey", $"arn:aws:kms:{Region}:{Account}:key/55555555-2222-3333-4444-555555555555");

    private readonly JsonObject _template;
    private readonly Dictionary<string, string> _parameters;

    public Stack(JsonObject template, params IEnumerable<(string Name, string Value)> overrides)
    {
        _template = template;
        _parameters = template["Parameters"]!.AsObject().ToDictionary(entry => entry.Key, entry => entry.Value!["Default"]?.ToString() ?? "given", StringComparer.Ordinal);
        foreach (var (name, value) in overrides)
        {
            Assert.True(_parameters.ContainsKey(name), $"the template has no parameter {name}");
            if (template["Parameters"]![name]!["AllowedValues"] is JsonArray allowed)
            {
                Assert.Contains(value, allowed.Select(one => one!.ToString()));
            }

            if (template["Parameters"]![name]!["AllowedPattern"] is { } pattern)
            {
                Assert.Matches($"^(?:{pattern.GetValue<string>()})$", value);
            }

            _parameters[name] = value;
        }

        foreach (var (rule, body) in template["Rules"]?.AsObject() ?? [])
        {
            Assert.All(body!["Assertions"]!.AsArray(), assertion => Assert.True(Decide(assertion!["Assert"]!), $"{rule}: {assertion["AssertDescription"]}"));
        }

        Resources = template[nameof(Resources)]!.AsObject().Where(entry => Holds(entry.Value!["Condition"]?.GetValue<string>()))
            .ToDictionary(entry => entry.Key, entry => (Type: entry.Value!["Type"]!.GetValue<string>(), Properties: Resolve(entry.Value!["Properties"])!.AsObject()), StringComparer.Ordinal);
    }

    public Dictionary<string, (string Type, JsonObject Properties)> Resources { get; }

    public static string Secret(string name, string key = "") => $"arn:aws:secretsmanager:{Region}:{Account}:secret:{Name}/{name}-AbCdEf{key}";

    public static Stack Product(params IEnumerable<(string Name, string Value)> overrides) =>
        new(CloudFormationYaml.Read(File.ReadAllText(ServerlessGuard.Tests.Repository.Path("infra", "aws", "serverlessguard.yaml"))), overrides);

    public IEnumerable<(string Id, JsonObject Properties)> Of(string type) =>
        Resources.Where(entry => entry.Value.Type == type).Select(entry => (entry.Key, entry.Value.Properties));

    public string Arn(string id) => TypeOf(id) switch
    {
        "AWS::DynamoDB::Table" => $"arn:aws:dynamodb:{Region}:{Account}:table/{Name}-{id}-EXAMPLE",
        "AWS::KMS::Key" => $"arn:aws:kms:{Region}:{Account}:key/11111111-2222-3333-4444-{id.Length:D12}",
        "AWS::SQS::Queue" => $"arn:aws:sqs:{Region}:{Account}:{Name}-{id}-EXAMPLE",
        "AWS::Logs::LogGroup" => $"arn:aws:logs:{Region}:{Account}:log-group:/aws/lambda/{Name}-{id.Replace("Log", string.Empty, StringComparison.Ordinal).ToLowerInvariant()}:*",
        "AWS::IAM::Role" => $"arn:aws:iam::{Account}:role/serverlessguard/{Name}-{id}-EXAMPLE",
        "AWS::Lambda::Function" => $"arn:aws:lambda:{Region}:{Account}:function:{Name}-{id.Replace("Function", string.Empty, StringComparison.Ordinal).ToLowerInvariant()}",
        "AWS::Events::Rule" => $"arn:aws:events:{Region}:{Account}:rule/{Name}-{id}-EXAMPLE",
        "AWS::IAM::OIDCProvider" => $"arn:aws:iam::{Account}:oidc-provider/sts.windows.net/{_parameters["PeerTenant"]}/",
        var type => throw new InvalidOperationException($"no ARN is made up for {type} ({id})"),
    };

    /// <summary>An output of the deployed stack.</summary>
    public string Output(string name) => Resolve(_template["Outputs"]![name]!["Value"])!.GetValue<string>();

    private string TypeOf(string id) => _template[nameof(Resources)]![id]?["Type"]!.GetValue<string>() ?? throw new InvalidOperationException($"the template has no resource {id}");

    private bool Holds(string? condition) => condition is null
        || (_template["Conditions"]![condition] is { } body ? Decide(body) : throw new InvalidOperationException($"the template has no condition {condition}"));

    private bool Decide(JsonNode node)
    {
        var (function, argument) = node.AsObject().Single();
        return function switch
        {
            "Fn::Equals" => Resolve(argument![0])!.ToString() == Resolve(argument[1])!.ToString(),
            "Fn::Not" => !Decide(argument![0]!),
            "Fn::Or" => argument!.AsArray().Any(one => Decide(one!)),
            "Fn::And" => argument!.AsArray().All(one => Decide(one!)),
            "Condition" => Holds(argument!.GetValue<string>()),
            _ => throw new InvalidOperationException($"a condition with {function}"),
        };
    }

    private JsonNode? Resolve(JsonNode? node) => node switch
    {
        JsonArray list => new JsonArray([.. list.Select(Resolve).Where(one => one is not null)]),
        JsonObject { Count: 1 } call when call.Single() is var (function, argument) && (function is "Ref" || function.StartsWith("Fn::", StringComparison.Ordinal)) => Call(function, argument!),
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Resolve(entry.Value))).Where(entry => entry.Value is not null)),
        _ => node?.DeepClone(),
    };

    private JsonNode? Call(string function, JsonNode argument) => function switch
    {
        "Ref" => Ref(argument.GetValue<string>()),
        "Fn::GetAtt" => argument[1]!.GetValue<string>() switch
        {
            "Arn" => Arn(argument[0]!.GetValue<string>()),
            "FunctionUrl" => $"https://{argument[0]!.GetValue<string>().ToLowerInvariant()}.lambda-url.{Region}.on.aws/",
            "QueueName" => Arn(argument[0]!.GetValue<string>()).Split(':')[^1],
            var attribute => throw new InvalidOperationException($"no attribute {attribute} is made up"),
        },
        "Fn::Sub" when argument is JsonArray pair => Sub(pair[0]!.GetValue<string>(), pair[1]!.AsObject()),
        "Fn::Sub" => Sub(argument.GetValue<string>(), []),
        "Fn::If" => Resolve(argument[Holds(argument[0]!.GetValue<string>()) ? 1 : 2]),
        "Fn::Select" => Resolve(argument[1])![int.Parse(argument[0]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture)]!.DeepClone(),
        "Fn::Split" => new JsonArray([.. Resolve(argument[1])!.GetValue<string>().Split(argument[0]!.GetValue<string>()).Select(part => JsonValue.Create(part))]),
        "Fn::Join" => string.Join(argument[0]!.GetValue<string>(), Resolve(argument[1])!.AsArray().Select(one => one!.ToString())),
        _ => throw new InvalidOperationException($"a template with {function}"),
    };

    private string Sub(string text, JsonObject names) => Placeholder().Replace(text, match =>
        names[match.Groups["name"].Value] is { } own ? Resolve(own)!.ToString()
            : match.Groups["name"].Value.Split('.') is [var id, var attribute] ? Call("Fn::GetAtt", new JsonArray(id, attribute))!.ToString()
            : Ref(match.Groups["name"].Value)!.ToString());

    private JsonNode? Ref(string name) => name switch
    {
        "AWS::NoValue" => null,
        "AWS::AccountId" => Account,
        "AWS::Region" => Region,
        "AWS::Partition" => "aws",
        "AWS::StackName" => Name,
        _ when _parameters.TryGetValue(name, out var value) => IsList(name) ? new JsonArray([.. value.Split(',').Select(part => JsonValue.Create(part))]) : value,
        _ => TypeOf(name) switch
        {
            "AWS::SQS::Queue" => $"https://sqs.{Region}.amazonaws.com/{Account}/{Name}-{name}-EXAMPLE",
            "AWS::KMS::Key" or "AWS::DynamoDB::Table" or "AWS::IAM::Role" => Arn(name).Split('/')[^1],
            "AWS::Logs::LogGroup" => Arn(name).Split(':')[6],
            "AWS::Lambda::Function" => Arn(name).Split(':')[^1],
            "AWS::IAM::OIDCProvider" => Arn(name),
            var type => throw new InvalidOperationException($"no name is made up for {type} ({name})"),
        },
    };

    private bool IsList(string parameter) => _template["Parameters"]![parameter]!["Type"]!.GetValue<string>() == "CommaDelimitedList";

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z0-9:.]+)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();
}
