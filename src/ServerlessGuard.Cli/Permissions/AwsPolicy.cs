using System.Text.Json.Nodes;

namespace ServerlessGuard.Cli.Permissions;

/// <summary>
/// IAM policy documents from statements; what a target is called is for the caller to say, as text or as a CloudFormation function.
/// </summary>
public static class AwsPolicy
{
    /// <param name="statements">Allow and Deny, in this order.</param>
    /// <param name="name">A new node for each call: the ARN or ARN pattern of the target, or a list of them; never asked for
    /// <see cref="AwsTarget.Any"/>.</param>
    /// <param name="through">A new node for each call: <c>dynamodb.REGION.amazonaws.com</c> for the service <c>dynamodb</c>.</param>
    public static JsonObject Document(IEnumerable<AwsStatement> statements, Func<AwsTarget, JsonNode> name,
        Func<string, JsonNode> through) => new()
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = new JsonArray([.. statements.Select(statement => Statement(statement, name, through))]),
    };

    private static JsonObject Statement(AwsStatement statement, Func<AwsTarget, JsonNode> name, Func<string, JsonNode> through)
    {
        var node = new JsonObject
        {
            ["Sid"] = statement.Sid,
            ["Effect"] = statement.Denies ? "Deny" : "Allow",
            ["Action"] = new JsonArray([.. statement.Actions.Select(action => JsonValue.Create(action))]),
            ["Resource"] = statement.Target is AwsTarget.Any ? "*" : name(statement.Target),
        };
        if ((statement.Partitions.IsEmpty ? Condition(statement.Limit, through) : Partitions(statement.Partitions)) is { } condition)
        {
            node["Condition"] = condition;
        }

        return node;
    }

    private const string LeadingKeys = "dynamodb:LeadingKeys";

    /// <summary>
    /// ForAllValues alone is true for a request that names no key: Null makes it name one. Source:
    /// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
    /// </summary>
    private static JsonObject Partitions(IEnumerable<string> patterns) => new()
    {
        ["ForAllValues:StringLike"] = new JsonObject
            { [LeadingKeys] = new JsonArray([.. patterns.Select(pattern => JsonValue.Create(pattern))]) },
        ["Null"] = new JsonObject { [LeadingKeys] = "false" },
    };

    private const string TokenAudience = "sts:IdentityTokenAudience";

    private static JsonObject? Condition(AwsLimit limit, Func<string, JsonNode> through) => limit switch
    {
        AwsLimit.None => null,
        AwsLimit.ThroughTableAndQueues =>
            new JsonObject { ["StringLike"] = new JsonObject { ["kms:ViaService"] = new JsonArray(through("dynamodb"), through("sqs")) } },
        AwsLimit.OwnAccount =>
            new JsonObject { ["StringEqualsIfExists"] = new JsonObject { ["aws:ResourceAccount"] = "${aws:PrincipalAccount}" } },
        AwsLimit.EntraExchange => new JsonObject
        {
            ["ForAllValues:StringEquals"] = new JsonObject { [TokenAudience] = "api://AzureADTokenExchange" },
            ["Null"] = new JsonObject { [TokenAudience] = "false" },
            ["StringEquals"] = new JsonObject { ["sts:SigningAlgorithm"] = "RS256" },
            ["NumericLessThanEquals"] = new JsonObject { ["sts:DurationSeconds"] = "300" },
        },
        AwsLimit.SignedUrl => new JsonObject { ["StringEquals"] = new JsonObject { ["lambda:FunctionUrlAuthType"] = "AWS_IAM" } },
        AwsLimit.ThroughUrl => new JsonObject { ["Bool"] = new JsonObject { ["lambda:InvokedViaFunctionUrl"] = "true" } },
        AwsLimit.ThroughSecrets => new JsonObject { ["StringLike"] = new JsonObject { ["kms:ViaService"] = through("secretsmanager") } },
        AwsLimit.TaggedNeverTouch => new JsonObject { ["Null"] = new JsonObject { ["aws:ResourceTag/guard-never-touch"] = "false" } },
    };
}
