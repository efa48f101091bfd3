using System.Collections.Immutable;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Permissions;

/// <summary>The least that each AWS entry needs: IAM statements, from the entries' calls and the enabled remediations.</summary>
public static class AwsPermissions
{
    /// <summary>What a transaction does is asked for action by action, so these are all that there is.</summary>
    private static readonly ImmutableArray<string> TableReads = ["dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:Query"];

    private static readonly ImmutableArray<string> TableWrites = ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];

    /// <summary>What an event source mapping does with the function's role.</summary>
    private static readonly ImmutableArray<string> ReceiveActions =
        ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];

    /// <summary>Lambda puts an event that failed for good there, with the function's role.</summary>
    private static readonly AwsStatement GiveUp = new("GiveUp", AwsTarget.DeadLetterQueue, ["sqs:SendMessage"]);

    /// <summary>Also what people decided: the remediating role carries it out.</summary>
    private static readonly AwsStatement AskForFixes = new("AskForFixes", AwsTarget.RemediateQueue, ["sqs:SendMessage"]);

    /// <summary>The remediating role too: a person may ask for a sweep.</summary>
    private static readonly AwsStatement AskForWork = new("AskForWork", AwsTarget.WorkQueue, ["sqs:SendMessage"]);

    private static readonly AwsStatement AskForSending = new("AskForSending", AwsTarget.OutboxQueue, ["sqs:SendMessage"]);

    /// <summary>Reads of what AWS Config does not record.</summary>
    public static ImmutableArray<string> UnrecordedReads
        { get; } = [.. LiveReads.All.SelectMany(read => LiveReads.Of(read).Actions).Order(StringComparer.Ordinal)];

    /// <summary>
    /// What the other cloud's role may do: call one function by its URL, signed. Both actions are asked for, and neither gives a plain
    /// Invoke. Source:
    /// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    /// </summary>
    public static ImmutableArray<AwsStatement> Peer { get; } =
    [
        new("Url", AwsTarget.FederationFunction, ["lambda:InvokeFunctionUrl"]) { Limit = AwsLimit.SignedUrl },
        new("Function", AwsTarget.FederationFunction, ["lambda:InvokeFunction"]) { Limit = AwsLimit.ThroughUrl },
    ];

    /// <summary>
    /// The statements of one role. For <see cref="GuardRole.Remediate"/> those of the fixes come after the ones that it always has.
    /// </summary>
    public static ImmutableArray<AwsStatement> For(GuardRole role, FixGrants grants, AwsExtras extras = AwsExtras.None) =>
    [
        .. Always(role),
        .. role is GuardRole.Remediate ? grants.Reaches.SelectMany(entry => Fix(entry.Key, entry.Value)) : [],
        .. Enum.GetValues<AwsExtras>().Where(extra => extra is not AwsExtras.None && extras.HasFlag(extra))
            .SelectMany(extra => Extra(role, extra)),
    ];

    /// <summary>
    /// What the role needs for one of the extras; <see cref="AwsExtras.SecretsKey"/> goes with <see cref="AwsExtras.Chat"/>.
    /// </summary>
    public static ImmutableArray<AwsStatement> Extra(GuardRole role, AwsExtras extra) => extra switch
    {
        AwsExtras.Peer when role is GuardRole.Outbox =>
            [new("Token", AwsTarget.Any, ["sts:GetWebIdentityToken"]) { Limit = AwsLimit.EntraExchange }],
        AwsExtras.Chat when !ChatSecrets(role).IsEmpty => [new("Secrets", AwsTarget.ChatSecrets, ["secretsmanager:GetSecretValue"])],
        AwsExtras.SecretsKey when !ChatSecrets(role).IsEmpty =>
            [new("SecretsKey", AwsTarget.SecretsKey, ["kms:Decrypt"]) { Limit = AwsLimit.ThroughSecrets }],
        _ => [],
    };

    /// <summary>
    /// Parameters of the template that name the secrets that the role reads: who sends needs addresses and tokens, who listens needs what
    /// verifies.
    /// </summary>
    public static ImmutableArray<string> ChatSecrets(GuardRole role) => role switch
    {
        GuardRole.Outbox => ["LinkKey", "SlackToken", "SlackWebhook", "TeamsWebhook"],
        GuardRole.Chatops => ["LinkKey", "SlackSigningSecret", "SlackToken"],
        GuardRole.Scan or GuardRole.Remediate or GuardRole.Sweep or GuardRole.Federation => [],
    };

    /// <summary>What the role needs whatever is enabled.</summary>
    public static ImmutableArray<AwsStatement> Always(GuardRole role) =>
    [
        new("TableReads", AwsTarget.Table, TableReads) { Partitions = TablePartitions.Read(role) },
        new("TableWrites", AwsTarget.Table, TableWrites) { Partitions = TablePartitions.Written(role) },
        new("Key", AwsTarget.Key, ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"])
            { Limit = AwsLimit.ThroughTableAndQueues },
        new("Log", AwsTarget.Log, ["logs:CreateLogStream", "logs:PutLogEvents"]),
        .. Own(role),
    ];

    /// <summary>The statement that a remediation adds to the remediating role; none without reach.</summary>
    public static IEnumerable<AwsStatement> Fix(string remediation, FixReach reach)
    {
        var actions = FixGrants.Actions(Provider.Aws, remediation, reach);
        return actions.IsEmpty
            ? []
            : [new AwsStatement("Fix" + Pascal(remediation), AwsTarget.Any, actions) { Limit = AwsLimit.OwnAccount }];
    }

    /// <summary><c>block-public-access</c> is BlockPublicAccess: statement ids and parameters are letters and digits.</summary>
    public static string Pascal(string remediation) =>
        string.Concat(remediation.Split('-').Select(word => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    private static ImmutableArray<AwsStatement> Own(GuardRole role) => role switch
    {
        GuardRole.Scan =>
        [
            new("Work", AwsTarget.WorkQueue, ReceiveActions),
            AskForWork,
            AskForFixes,
            AskForSending,
            new("Config", AwsTarget.Any,
                ["config:GetResourceConfigHistory", "config:ListDiscoveredResources", "config:PutEvaluations",
                    "config:SelectResourceConfig"]),
            GiveUp,
            new("Unrecorded", AwsTarget.Any, UnrecordedReads) { Limit = AwsLimit.OwnAccount },
        ],
        GuardRole.Remediate =>
        [
            new("Fixes", AwsTarget.RemediateQueue, ReceiveActions),
            AskForWork,
            AskForSending,
            new("Seal", AwsTarget.SealKey, ["kms:GenerateMac", "kms:VerifyMac"]),
            new("LiveTags", AwsTarget.Any, ["iam:ListPolicyTags", "iam:ListRoleTags", "iam:ListUserTags", "tag:GetResources"]),
            new("NotItself", AwsTarget.OwnRoles, ["iam:*"]) { Denies = true },
            new("NeverTouch", AwsTarget.Any, ["*"]) { Denies = true, Limit = AwsLimit.TaggedNeverTouch },
        ],
        GuardRole.Sweep =>
        [
            GiveUp,
            AskForWork,
            new("Config", AwsTarget.Any,
                ["config:GetResourceConfigHistory", "config:ListDiscoveredResources", "config:SelectResourceConfig"]),
        ],
        GuardRole.Outbox => [new("Wake", AwsTarget.OutboxQueue, ReceiveActions), GiveUp, AskForFixes],
        GuardRole.Federation or GuardRole.Chatops => [AskForFixes, AskForSending],
    };
}
