namespace ServerlessGuard.Facts.Aws;

/// <summary>When an access key is a fault: too old, unused, or one too many.</summary>
public static class AccessKeyAge
{
    /// <summary>Days without use after which a key is unused (CIS AWS Foundations: 45).</summary>
    private const int UnusedDays = 45;

    /// <summary>Days in which a new key may wait for its first use.</summary>
    private const int NewDays = 7;

    public static Fact Stale(IReadOnlyList<AccessKey> keys, FactContext context)
    {
        var active = keys.Select((key, index) => (key, Path: $"access key {index + 1}")).Where(pair => pair.key.Active).ToList();
        if (active.Count == 0)
        {
            return Fact.False("access keys", "none active");
        }

        var stale = active.Count > 1 ? Fact.True("access keys", "two active keys") : Fact.False("access keys", "one active key");
        foreach (var (key, path) in active)
        {
            stale |= One(key, path, context);
        }

        return stale;
    }

    private static Fact One(AccessKey key, string path, FactContext context)
    {
        var maximum = context.Settings.MaxKeyAgeDays;
        if (key.Created is not { } created)
        {
            return Fact.Unknown(path, "its age is not known");
        }

        var age = context.Now - created;
        if (age > TimeSpan.FromDays(maximum))
        {
            return Fact.True(path, $"{(int)age.TotalDays} days old (allowed: {maximum})");
        }

        if (!key.UseObserved)
        {
            if (age <= TimeSpan.FromDays(NewDays))
            {
                return Fact.False(path, $"{(int)age.TotalDays} days old, too new to count as unused");
            }

            return Fact.Unknown(path, "its last use is not known (get-access-key-last-used or the credential report)");
        }

        return key.LastUsed switch
        {
            null when age > TimeSpan.FromDays(NewDays) => Fact.True(path, $"never used in {(int)age.TotalDays} days"),
            { } used when context.Now - used > TimeSpan.FromDays(UnusedDays) =>
                Fact.True(path, $"not used for {(int)(context.Now - used).TotalDays} days"),
            _ => Fact.False(path, $"{(int)age.TotalDays} days old, in use"),
        };
    }
}
