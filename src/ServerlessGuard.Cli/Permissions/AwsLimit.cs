namespace ServerlessGuard.Cli.Permissions;

/// <summary>A condition on a statement.</summary>
public enum AwsLimit
{
    None = 0,

    /// <summary>Only on behalf of DynamoDB and SQS in this region, never by a call to KMS.</summary>
    ThroughTableAndQueues = 1,

    /// <summary>
    /// Only resources of the account that the role belongs to. IfExists: not every service sends the key, and the role cannot reach other
    /// accounts without it either.
    /// </summary>
    OwnAccount = 2,

    /// <summary>
    /// Only resources that carry the tag <c>guard-never-touch</c>, in services that send tags. The product looks at the tag itself; this is
    /// the second lock.
    /// </summary>
    TaggedNeverTouch = 3,

    /// <summary>
    /// A token for Entra's exchange alone, RS256, five minutes at most. ForAllValues with Null: a request for that audience and another one
    /// is refused too. Source:
    /// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_outbound_policies.html
    /// </summary>
    EntraExchange = 4,

    /// <summary>A function's URL that asks for a signature. Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html</summary>
    SignedUrl = 5,

    /// <summary>
    /// By the function's URL only. Since October 2025 a new URL needs this grant of lambda:InvokeFunction beside the one of
    /// lambda:InvokeFunctionUrl.
    /// </summary>
    ThroughUrl = 6,

    /// <summary>Only on behalf of Secrets Manager in this region.</summary>
    ThroughSecrets = 7,
}
