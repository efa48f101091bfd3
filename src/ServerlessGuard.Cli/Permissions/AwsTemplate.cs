using System.Text.Json.Nodes;
using ServerlessGuard.Permissions;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Permissions;

/// <summary>
/// The generated parts of infra/aws/serverlessguard.yaml: a parameter for every remediation (none, plan or fix), the conditions that
/// follow, and the policies of the roles. By default every parameter is none: the template then grants no write at all.
/// </summary>
public static class AwsTemplate
{
    private const string HasPeer = "HasPeer";

    /// <summary>Name of a section and its lines.</summary>
    public static IReadOnlyDictionary<string, string> Sections()
    {
        var remediations = FixGrants.All(Provider.Aws, FixReach.None).Reaches.Keys.ToList();
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["parameters"] = YamlText.Of(Merge(remediations.Select(Parameter)), 2),
            ["conditions"] = YamlText.Of(Merge(remediations.Select(Conditions)), 2),
            ["parameter names"] = YamlText.Of(Names(remediations), 8),
            ["config types"] = YamlText.Of(new JsonObject { ["ComplianceResourceTypes"] = Texts(AwsTriggers.Recorded) }, 8),
            ["item types"] = YamlText.Of(new JsonObject { ["resourceType"] = Texts(AwsTriggers.Recorded) }, 12),
            ["stack set parameters"] = YamlText.Of(new JsonArray([.. remediations.Select(Passed)]), 8),
            ["call senders"] =
                YamlText.Of(new JsonObject { ["source"] = Texts(AwsTriggers.CloudTrail.Keys.Select(AwsTriggers.Sender)) }, 8),
            ["forwarded senders"] = YamlText.Of(new JsonObject
                { ["source"] =
                    Texts(AwsTriggers.CloudTrail.Keys.Select(AwsTriggers.Sender).Append("aws.config").Order(StringComparer.Ordinal)) }, 16),
            ["calls"] = YamlText.Of(new JsonObject
            {
                ["eventSource"] = Texts(AwsTriggers.CloudTrail.Keys),
                ["eventName"] = Texts(AwsTriggers.CloudTrail.Values.SelectMany(names => names).Order(StringComparer.Ordinal)),
            }, 10),
            ["policies"] =
                YamlText.Of(Merge([.. Enum.GetValues<GuardRole>().Select(Policy), Extras(), Peer(), .. remediations.Select(Fixes)]), 2),
        };
    }

    /// <summary><c>FixBlockPublicAccess</c>.</summary>
    public static string ParameterName(string remediation) => "Fix" + AwsPermissions.Pascal(remediation);

    /// <summary><c>none</c>, <c>plan</c>, <c>fix</c>.</summary>
    public static string Word(FixReach reach) => reach.ToString().ToLowerInvariant();

    private static JsonObject Names(IEnumerable<string> remediations) => new()
    {
        ["Parameters"] = new JsonArray([.. remediations.Select(name => JsonValue.Create(ParameterName(name)))]),
    };

    private static JsonObject Passed(string remediation) => new()
    {
        ["ParameterKey"] = ParameterName(remediation),
        ["ParameterValue"] = new JsonObject { ["Ref"] = ParameterName(remediation) },
    };

    private static IEnumerable<string> FixPolicies(string remediation) =>
        Reaches(remediation).Select(reach => ParameterName(remediation) + (reach is FixReach.Plan ? "PlanPolicy" : "Policy"));

    /// <summary>A remediation that reads nothing first has no plan of its own to permit.</summary>
    private static IEnumerable<FixReach> Reaches(string remediation) =>
        new[] { FixReach.Plan, FixReach.Fix }.Where(reach => !FixGrants.Actions(Provider.Aws, remediation, reach).IsEmpty);

    private static JsonObject Parameter(string remediation) => new()
    {
        [ParameterName(remediation)] = new JsonObject
        {
            ["Type"] = "String",
            ["Default"] = Word(FixReach.None),
            ["AllowedValues"] = new JsonArray(Word(FixReach.None), Word(FixReach.Plan), Word(FixReach.Fix)),
            ["Description"] = $"What the remediate role may do for {remediation}",
        },
    };

    private static JsonObject Conditions(string remediation) =>
        new(Reaches(remediation).Select(reach => KeyValuePair.Create<string, JsonNode?>(
        Condition(remediation, reach),
        new JsonObject { ["Fn::Equals"] = new JsonArray(new JsonObject { ["Ref"] = ParameterName(remediation) }, Word(reach)) })));

    private static string Condition(string remediation, FixReach reach) =>
        $"{(reach is FixReach.Plan ? "Plans" : "Fixes")}{AwsPermissions.Pascal(remediation)}";

    private static JsonObject Policy(GuardRole role) => new()
    {
        [$"{role}Policy"] = Resource(role is GuardRole.Chatops ? "HasChatops" : null, role, "guard", AwsPermissions.Always(role)),
    };

    /// <summary>
    /// A policy of its own for each extra, under the template's condition: <c>OutboxPeerPolicy</c>, <c>ChatopsChatPolicy</c>.
    /// </summary>
    private static JsonObject Extras() => new(
        from role in Enum.GetValues<GuardRole>()
        from extra in Enum.GetValues<AwsExtras>()
        let statements = AwsPermissions.Extra(role, extra)
        where !statements.IsEmpty
        select KeyValuePair.Create<string, JsonNode?>(
            $"{role}{extra}Policy",
            Resource(extra is AwsExtras.Peer ? HasPeer : $"{role}Has{extra}", role, extra.ToString().ToLowerInvariant(), statements)));

    private static JsonObject Peer() =>
        new() { ["PeerPolicy"] =
            Resource(HasPeer, nameof(Peer), "guard", AwsPermissions.Peer, target => Name(target, GuardRole.Federation)) };

    private static JsonObject Fixes(string remediation) =>
        new(Reaches(remediation).Zip(FixPolicies(remediation)).Select(pair => KeyValuePair.Create<string, JsonNode?>(
        pair.Second,
        Resource(Condition(remediation, pair.First), GuardRole.Remediate, remediation, AwsPermissions.Fix(remediation, pair.First)))));

    private static JsonObject Resource(string? condition, GuardRole role, string name, IEnumerable<AwsStatement> statements) =>
        Resource(condition, role.ToString(), name, statements, target => Name(target, role));

    private static JsonObject Resource(string? condition, string role, string name, IEnumerable<AwsStatement> statements,
        Func<AwsTarget, JsonNode> names)
    {
        var resource = new JsonObject { ["Type"] = "AWS::IAM::RolePolicy" };
        if (condition is not null)
        {
            resource["Condition"] = condition;
        }

        resource["Properties"] = new JsonObject
        {
            ["RoleName"] = new JsonObject { ["Ref"] = $"{role}Role" },
            ["PolicyName"] = name,
            ["PolicyDocument"] = AwsPolicy.Document(statements, names, Through),
        };
        return resource;
    }

    private static JsonNode Name(AwsTarget target, GuardRole role) => target switch
    {
        AwsTarget.Table => Attribute("Table"),
        AwsTarget.Key => Attribute("Key"),
        AwsTarget.SealKey => Attribute("SealKey"),
        AwsTarget.WorkQueue => Attribute("WorkQueue"),
        AwsTarget.RemediateQueue => Attribute("RemediateQueue"),
        AwsTarget.DeadLetterQueue => Attribute("DeadLetterQueue"),
        AwsTarget.OutboxQueue => Attribute("OutboxQueue"),
        AwsTarget.FederationFunction => Attribute("FederationFunction"),
        AwsTarget.ChatSecrets => new JsonArray([.. AwsPermissions.ChatSecrets(role).Select(Secret)]),
        AwsTarget.SecretsKey => new JsonObject { ["Ref"] = "SecretsKey" },
        AwsTarget.Log => Attribute($"{role}Log"),
        AwsTarget.OwnRoles => new JsonObject { ["Fn::Sub"] = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/serverlessguard/*" },
        AwsTarget.Any => "*",
    };

    /// <summary>The ARN before <c>#jsonKey</c>, where the parameter names a secret.</summary>
    private static JsonObject Secret(string parameter) => new()
    {
        ["Fn::If"] = new JsonArray(
            "Has" + parameter,
            new JsonObject
                { ["Fn::Select"] =
                    new JsonArray("0", new JsonObject { ["Fn::Split"] = new JsonArray("#", new JsonObject { ["Ref"] = parameter }) }) },
            new JsonObject { ["Ref"] = "AWS::NoValue" }),
    };

    private static JsonObject Attribute(string resource) => new() { ["Fn::GetAtt"] = new JsonArray(resource, "Arn") };

    private static JsonObject Through(string service) => new() { ["Fn::Sub"] = service + ".${AWS::Region}.amazonaws.com" };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private static JsonObject Merge(IEnumerable<JsonObject> parts) =>
        new(parts.SelectMany(part => part.ToList().Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))));
}
