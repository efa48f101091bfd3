using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Azure;

/// <summary>What else is wrong with a storage account's own credentials, beside that they are accepted.</summary>
internal static class StorageCredentials
{
    public static IEnumerable<SubFinding> SubFindings(Doc properties, Fact sharedKey, FactContext context)
    {
        if (!properties.Exists)
        {
            yield break;
        }

        if (sharedKey.Value is not false)
        {
            if (OldKey(properties, context) is { } old)
            {
                yield return old;
            }

            if (!properties["sasPolicy", "sasExpirationPeriod"].Exists)
            {
                yield return new SubFinding(
                    "no-sas-policy", Severity.Medium, "Shared access signatures may live for any time.",
                    new Evidence("properties.sasPolicy.sasExpirationPeriod", "(absent: no limit)"));
            }
        }

        if (properties["isSftpEnabled"].Flag is true && properties["isLocalUserEnabled"].Flag is not false)
        {
            yield return new SubFinding(
                "sftp-local-users", Severity.Medium, "SFTP local users sign in past the identity provider.",
                new Evidence("properties.isSftpEnabled", "true"));
        }
    }

    private static SubFinding? OldKey(Doc properties, FactContext context)
    {
        foreach (var name in (ReadOnlySpan<string>)["key1", "key2"])
        {
            if (AwsItemReader.Time(properties["keyCreationTime", name]) is { } created
                && context.Now - created > TimeSpan.FromDays(context.Settings.MaxKeyAgeDays))
            {
                return new SubFinding(
                    "old-key", Severity.Medium, $"An account key is older than {context.Settings.MaxKeyAgeDays} days.",
                    new Evidence("properties.keyCreationTime." + name, $"{(int)(context.Now - created).TotalDays} days old"));
            }
        }

        return null;
    }
}
