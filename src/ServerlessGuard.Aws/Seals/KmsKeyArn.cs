using ServerlessGuard.Aws.Api;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Seals;

/// <summary><c>arn:aws:kms:REGION:ACCOUNT:key/ID</c>. No alias: whoever may move an alias would choose the key.</summary>
public sealed record KmsKeyArn
{
    private KmsKeyArn(string text, AwsRegion region) => (Text, Region) = (text, region);

    public string Text { get; }

    public AwsRegion Region { get; }

    /// <summary>Null: it is none.</summary>
    public static KmsKeyArn? Find(string text) =>
        text.Split(':') is ["arn", var partition, "kms", var name, var account, var key]
        && partition.StartsWith("aws", StringComparison.Ordinal)
        && AwsRegion.Find(name) is { } region
        && Arn.IsAccount(account)
        && key.StartsWith("key/", StringComparison.Ordinal)
        && key.Length > 4
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is ':' or '/' or '-')
            ? new KmsKeyArn(text, region)
            : null;
}
