namespace ServerlessGuard.Permissions;

/// <summary>A condition on a statement.</summary>
public enum AwsLimit
{
    None = 0,

    /// <summary>Only on behalf of DynamoDB and SQS in this region, never by a call to KMS.</summary>
    ThroughTableAndQueues = 1,

    /// <summary>Only resources of the account that the role belongs to. IfExists: not every service sends the key, and the role cannot reach other accounts without it either.</summary>
    OwnAccount = 2,

    /// <summary>Only resources that carry the tag <c>guard-never-touch</c>, in services that send tags. The product looks at the tag itself; this is the second lock.</summary>
    TaggedNeverTouch = 3,
}
