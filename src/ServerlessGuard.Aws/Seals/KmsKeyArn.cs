using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Seals;

/// <summary><c>arn:aws:kms:REGION:ACCOUNT:key/ID</c>. No alias: whoever may move an alias would choose the key.</summary>
public sealed record KmsKeyArn
{
    private KmsKeyArn(string text, string region) => (Text, Region) = (text, region);

    public string Text { get; }

    public string Region { get; }

    /// <summary>Null: it is none.</summary>
    public static KmsKeyArn? Find(string text) =>
        text.Split(':') is ["arn", var partition, "kms", { Length: > 0 } region, var account, var key]
        && partition.StartsWith("aws", StringComparison.Ordinal)
        && Arn.IsAccount(account)
        && key.StartsWith("key/", StringComparison.Ordinal)
        && key.Length > 4
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is ':' or '/' or '-')
            ? new KmsKeyArn(text, region)
            : null;
}
