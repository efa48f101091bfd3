using System.Text.Json.Nodes;

namespace ServerlessGuard.Infra.Tests.Azure;

/// <summary>
/// Evaluates the expressions of one template (nested ones have scopes of their own). A parameter, variable, symbolic name or function that does not exist is an error.
/// What only Azure knows (principal ids, endpoints, unique strings) is made up in the documented shape.
/// </summary>
internal sealed class ArmScope
{
    public const string Subscription = "11111111-2222-3333-4444-555555555555";
    public const string Tenant = "99999999-8888-7777-6666-555555555555";
    public const string ManagementGroup = "/providers/Microsoft.Management/managementGroups/acme";

    private readonly JsonObject _template;
    private readonly JsonObject _parameters;
    private readonly string _at;
    private readonly Dictionary<string, JsonNode> _lambda = new(StringComparer.Ordinal);

    public ArmScope(JsonObject template, JsonObject given, string at)
    {
        (_template, _at, _parameters) = (template, at, []);
        foreach (var (name, declared) in template["parameters"]?.AsObject() ?? [])
        {
            _parameters[name] = given[name]?.DeepClone() ?? Evaluate(declared!["defaultValue"] ?? throw new InvalidOperationException($"parameter {name} is not given and has no default"));
        }

        foreach (var (name, _) in given)
        {
            _ = _parameters[name] ?? throw new InvalidOperationException($"the template has no parameter {name}");
        }
    }

    /// <summary>Names of parameters and variables that were asked for.</summary>
    public HashSet<string> Used { get; } = new(StringComparer.Ordinal);

    /// <summary>The element of a copy loop.</summary>
    public int CopyIndex { get; set; }

    public JsonNode Evaluate(JsonNode node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(entry => KeyValuePair.Create(Evaluate(JsonValue.Create(entry.Key)).GetValue<string>(), entry.Value is null ? null : Evaluate(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(one => Evaluate(one!))]),
        JsonValue value when value.TryGetValue<string>(out var text) && ArmExpression.Parse(text) is { } expression => Of(expression),
        _ => node.DeepClone(),
    };

    private JsonNode Of(ArmExpression expression) => expression switch
    {
        ArmExpression.Value(var node) => node.DeepClone(),
        ArmExpression.Member(var of, var name) => Member(Of(of), Of(name)),
        ArmExpression.Call(var function, var arguments) => Call(function, arguments),
        _ => throw new InvalidOperationException("an expression of no known kind"),
    };

    private static JsonNode Member(JsonNode of, JsonNode name) => (of, name) switch
    {
        (JsonObject map, JsonValue key) when key.TryGetValue<string>(out var text) => map[text]?.DeepClone() ?? throw new InvalidOperationException($"nothing is called {text}"),
        (JsonArray list, JsonValue index) => list[index.GetValue<int>()]!.DeepClone(),
        _ => throw new InvalidOperationException($"{of.ToJsonString()} has no members"),
    };

    private JsonNode Call(string function, IReadOnlyList<ArmExpression> arguments)
    {
        JsonNode Argument(int index) => Of(arguments[index]);
        string Text(int index) => Argument(index).GetValue<string>();
        switch (function)
        {
            case "parameters":
                Used.Add("parameters " + Text(0));
                return _parameters[Text(0)]?.DeepClone() ?? throw new InvalidOperationException($"the template has no parameter {Text(0)}");
            case "variables":
                Used.Add("variables " + Text(0));
                return Evaluate(_template["variables"]?[Text(0)] ?? throw new InvalidOperationException($"the template has no variable {Text(0)}"));
            case "lambdaVariables":
                return _lambda[Text(0)].DeepClone();
            case "map" when arguments[1] is ArmExpression.Call { Function: "lambda", Arguments: [ArmExpression.Value(var name), var body] }:
                return new JsonArray([.. Argument(0).AsArray().Select(one =>
                {
                    _lambda[name.GetValue<string>()] = one!;
                    return Of(body);
                })]);
            case "filter" when arguments[1] is ArmExpression.Call { Function: "lambda", Arguments: [ArmExpression.Value(var name), var body] }:
                return new JsonArray([.. Argument(0).AsArray().Where(one =>
                {
                    _lambda[name.GetValue<string>()] = one!;
                    return Of(body).GetValue<bool>();
                }).Select(one => one!.DeepClone())]);
            case "if":
                return Argument(0).GetValue<bool>() ? Argument(1) : Argument(2);
            case "and":
                return arguments.All(one => Of(one).GetValue<bool>());
            case "or":
                return arguments.Any(one => Of(one).GetValue<bool>());
            case "not":
                return !Argument(0).GetValue<bool>();
            case "empty":
                return Argument(0) switch { JsonArray list => list.Count == 0, JsonObject map => map.Count == 0, var text => text.GetValue<string>().Length == 0 };
            case "length":
                return Argument(0).AsArray().Count;
            case "flatten":
                return new JsonArray([.. Argument(0).AsArray().SelectMany(one => one!.AsArray()).Select(one => one!.DeepClone())]);
            case "union":
                return new JsonArray([.. arguments.SelectMany(one => Of(one).AsArray()).Select(one => one!.GetValue<string>()).Distinct(StringComparer.Ordinal).Select(one => JsonValue.Create(one))]);
            case "concat" when Argument(0) is JsonValue:
                return string.Concat(arguments.Select(one => Of(one).GetValue<string>()));
            case "concat":
                return new JsonArray([.. arguments.SelectMany(one => Of(one).AsArray().ToList()).Select(one => one!.DeepClone())]);
            case "createArray":
                return new JsonArray([.. arguments.Select(Of)]);
            case "createObject":
                return new JsonObject(arguments.Chunk(2).Select(pair => KeyValuePair.Create(Of(pair[0]).GetValue<string>(), (JsonNode?)Of(pair[1]))));
            case "split":
                return new JsonArray([.. Text(0).Split(Text(1)).Select(part => JsonValue.Create(part))]);
            case "replace":
                return Text(0).Replace(Text(1), Text(2), StringComparison.Ordinal);
            case "join":
                return string.Join(Text(1), Argument(0).AsArray().Select(one => one!.GetValue<string>()));
            case "format":
                return string.Format(System.Globalization.CultureInfo.InvariantCulture, Text(0), [.. arguments.Skip(1).Select(one => Of(one).ToString())]);
            case "guid":
                return new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('-', arguments.Select(one => Of(one).ToString()))))[..16]).ToString();
            case "uniqueString":
                return "abcdefghijklm";
            case "copyIndex":
                return CopyIndex;
            case "subscription":
                return new JsonObject { ["id"] = "/subscriptions/" + Subscription, ["subscriptionId"] = Subscription };
            case "managementGroup":
                return new JsonObject { ["id"] = ManagementGroup };
            case "resourceGroup":
                return new JsonObject { ["id"] = _at };
            case "tenant":
                return new JsonObject { ["tenantId"] = Tenant };
            case "environment":
                return new JsonObject
                {
                    ["authentication"] = new JsonObject { ["loginEndpoint"] = "https://login.microsoftonline.com/" },
                    ["suffixes"] = new JsonObject { ["keyvaultDns"] = ".vault.azure.net" },
                };
            case "deployment":
                return new JsonObject { ["location"] = "westeurope" };
            case "resourceId":
                return Id(_at, Text(0), [.. Enumerable.Range(1, arguments.Count - 1).Select(Text)]);
            case "subscriptionResourceId":
                return Id("/subscriptions/" + Subscription, Text(0), [Text(1)]);
            case "extensionResourceId":
                return Id(Text(0), Text(1), [Text(2)]);
            case "reference":
                return Reference(Text(0));
            default:
                throw new InvalidOperationException($"a template with {function}()");
        }
    }

    /// <summary><c>resourceId('A/b/c', 'x', 'y')</c> is …/providers/A/b/x/c/y.</summary>
    public static string Id(string at, string type, string[] names)
    {
        var parts = type.Split('/');
        return parts.Length == names.Length + 1
            ? $"{at}/providers/{parts[0]}{string.Concat(parts.Skip(1).Zip(names, (part, name) => $"/{part}/{name}"))}"
            : throw new InvalidOperationException($"{type} needs {parts.Length - 1} names, not {names.Length}");
    }

    private JsonObject Reference(string symbol)
    {
        var resource = _template["resources"]![symbol] ?? throw new InvalidOperationException($"no resource has the symbolic name {symbol}");
        return resource["type"]!.GetValue<string>() switch
        {
            "Microsoft.ManagedIdentity/userAssignedIdentities" => new JsonObject { ["principalId"] = Principal(symbol), ["clientId"] = Made(symbol + " client") },
            "Microsoft.Storage/storageAccounts" => new JsonObject
            {
                ["primaryEndpoints"] = new JsonObject
                {
                    ["blob"] = "https://guard.blob.core.windows.net/",
                    ["queue"] = "https://guard.queue.core.windows.net/",
                    ["table"] = "https://guard.table.core.windows.net/",
                },
            },
            "Microsoft.KeyVault/vaults/keys" => new JsonObject { ["keyUri"] = "https://guardsealabcdefghijklm.vault.azure.net/keys/guard-seal" },
            "Microsoft.Web/sites" => new JsonObject { ["defaultHostName"] = "serverlessguard-abcdefghijklm.azurewebsites.net" },
            "Microsoft.Insights/components" => new JsonObject { ["ConnectionString"] = $"InstrumentationKey={Made(symbol)};IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/" },
            "Microsoft.Resources/deployments" => new JsonObject
            {
                ["outputs"] = new JsonObject(resource["properties"]!["template"]!["outputs"]!.AsObject().Select(output =>
                    KeyValuePair.Create(output.Key, (JsonNode?)new JsonObject { ["value"] = Made(output.Key.Replace("PrincipalId", " principal", StringComparison.Ordinal)) }))),
            },
            var type => throw new InvalidOperationException($"nothing is made up for a reference to {type} ({symbol})"),
        };
    }

    /// <summary>The principal of an identity, by its symbolic name.</summary>
    public static string Principal(string symbol) => Made(symbol + " principal");

    public static string Made(string seed) => new Guid(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(seed))[..16]).ToString();
}
