using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Permissions;

/// <summary>The least that each AWS entry needs: IAM statements, from the entries' calls and the enabled remediations.</summary>
public static class AwsPermissions
{
    private static readonly ImmutableArray<string> TableActions =
    [
        "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem",
    ];

    /// <summary>What an event source mapping does with the function's role.</summary>
    private static readonly ImmutableArray<string> ReceiveActions =
        ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"];

    /// <summary>Lambda puts an event that failed for good there, with the function's role.</summary>
    private static readonly AwsStatement GiveUp = new("GiveUp", AwsTarget.DeadLetterQueue, ["sqs:SendMessage"]);

    /// <summary>Reads of what AWS Config does not record.</summary>
    public static ImmutableArray<string> UnrecordedReads { get; } =
    [
        "bedrock-agentcore:GetAgentRuntime", "bedrock-agentcore:ListTagsForResource", "cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus",
        "ec2:GetManagedPrefixListEntries", "iam:GetAccessKeyLastUsed", "iam:GetLoginProfile", "iam:ListAccessKeys", "iam:ListServiceSpecificCredentials",
        "s3:GetAccountPublicAccessBlock", "sagemaker:DescribeNotebookInstance", "sagemaker:ListTags",
    ];

    /// <summary>The statements of one role. For <see cref="GuardRole.Remediate"/> those of the fixes come after the ones that it always has.</summary>
    public static ImmutableArray<AwsStatement> For(GuardRole role, FixGrants grants) => role is GuardRole.Remediate
        ? [.. Always(role), .. grants.Reaches.SelectMany(entry => Fix(entry.Key, entry.Value))]
        : Always(role);

    /// <summary>What the role needs whatever is enabled.</summary>
    public static ImmutableArray<AwsStatement> Always(GuardRole role) =>
    [
        new("Table", AwsTarget.Table, TableActions),
        new("Key", AwsTarget.Key, ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"]) { Limit = AwsLimit.ThroughTableAndQueues },
        new("Log", AwsTarget.Log, ["logs:CreateLogStream", "logs:PutLogEvents"]),
        .. Own(role),
    ];

    /// <summary>The statement that a remediation adds to the remediating role; none without reach.</summary>
    public static IEnumerable<AwsStatement> Fix(string remediation, FixReach reach)
    {
        var actions = FixGrants.Actions(Provider.Aws, remediation, reach);
        return actions.IsEmpty ? [] : [new AwsStatement("Fix" + Pascal(remediation), AwsTarget.Any, actions) { Limit = AwsLimit.OwnAccount }];
    }

    /// <summary><c>block-public-access</c> is BlockPublicAccess: statement ids and parameters are letters and digits.</summary>
    public static string Pascal(string remediation) =>
        string.Concat(remediation.Split('-').Select(word => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..]));

    private static ImmutableArray<AwsStatement> Own(GuardRole role) => role switch
    {
        GuardRole.Scan =>
        [
            new("Work", AwsTarget.WorkQueue, ReceiveActions),
            new("AskForWork", AwsTarget.WorkQueue, ["sqs:SendMessage"]),
            new("AskForFixes", AwsTarget.RemediateQueue, ["sqs:SendMessage"]),
            new("Config", AwsTarget.Any, ["config:GetResourceConfigHistory", "config:ListDiscoveredResources", "config:PutEvaluations", "config:SelectResourceConfig"]),
            GiveUp,
            new("Unrecorded", AwsTarget.Any, UnrecordedReads) { Limit = AwsLimit.OwnAccount },
        ],
        GuardRole.Remediate =>
        [
            new("Fixes", AwsTarget.RemediateQueue, ReceiveActions),
            new("NotItself", AwsTarget.OwnRoles, ["iam:*"]) { Denies = true },
            new("NeverTouch", AwsTarget.Any, ["*"]) { Denies = true, Limit = AwsLimit.TaggedNeverTouch },
        ],
        GuardRole.Sweep =>
        [
            GiveUp,
            new("AskForWork", AwsTarget.WorkQueue, ["sqs:SendMessage"]),
            new("Config", AwsTarget.Any, ["config:GetResourceConfigHistory", "config:ListDiscoveredResources", "config:SelectResourceConfig"]),
        ],
        GuardRole.Outbox => [GiveUp, new("AskForFixes", AwsTarget.RemediateQueue, ["sqs:SendMessage"])],
        GuardRole.Federation => [],
    };
}
