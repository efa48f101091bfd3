namespace ServerlessGuard.Resources;

/// <summary>One thing in a cloud, as findings name it.</summary>
public sealed record ResourceRef
{
    public required Provider Provider { get; init; }

    /// <summary>The cloud's own type: <c>AWS::S3::Bucket</c>, <c>Microsoft.Storage/storageAccounts</c>.</summary>
    public required string NativeType { get; init; }

    /// <summary>
    /// The full ARN or ARM id. An item without an ARN is <c>type/resourceId</c>; an AWS account is its number; a subscription its ARM id.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>AWS account number or Azure subscription id (OCSF's cloud.account); null when the record does not say.</summary>
    public string? Account { get; init; }

    /// <summary>AWS region ("global" for IAM) or Azure location, lower-case without blanks; null when the record does not say.</summary>
    public string? Region { get; init; }

    public string? Name { get; init; }

    /// <summary>The identity to compare by: ARM ids compare without case, ARNs do not.</summary>
    public string Key => Provider is Provider.Azure ? ArmId.Key(Id) : Id;

    public static ResourceRef AwsAccount(string account) =>
        new() { Provider = Provider.Aws, NativeType = "AWS::::Account", Id = account, Account = account, Region = "global",
            Name = account };

    public static ResourceRef Subscription(string subscription) => new()
    {
        Provider = Provider.Azure,
        NativeType = "Microsoft.Resources/subscriptions",
        Id = "/subscriptions/" + subscription,
        Account = subscription,
        Name = subscription,
    };
}
