namespace ServerlessGuard.Resources;

/// <summary>An Amazon Resource Name, <c>arn:partition:service:region:account:resource</c>. Fields may hold wildcards in a policy.</summary>
public readonly record struct Arn(string Partition, string Service, string Region, string Account, string Rest)
{
    public static bool TryParse(string? text, out Arn arn)
    {
        arn = default;
        if (text is null || !text.StartsWith("arn:", StringComparison.Ordinal))
        {
            return false;
        }

        var parts = text.Split(':', 6);
        if (parts.Length < 6)
        {
            return false;
        }

        arn = new Arn(parts[1], parts[2], parts[3], parts[4], parts[5]);
        return true;
    }

    /// <summary>Exactly twelve digits.</summary>
    public static bool IsAccount(string? text) => text is { Length: 12 } && text.All(char.IsAsciiDigit);
}
