using System.Buffers;

namespace ServerlessGuard.Resources;

/// <summary>How each cloud writes its accounts, in one spelling only.</summary>
public static class AccountId
{
    private const int GuidLength = 36;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef-");

    /// <summary>Twelve digits; a GUID in lower case.</summary>
    public static bool IsOf(Provider provider, string account) => provider switch
    {
        Provider.Aws => account.Length == 12 && !account.AsSpan().ContainsAnyExcept(Digits),
        Provider.Azure =>
            account.Length == GuidLength && !account.AsSpan().ContainsAnyExcept(Hex) && Guid.TryParseExact(account, "D", out _),
    };

    /// <summary>The same for a person who wrote another thing.</summary>
    public static string Form(Provider provider) => provider switch
    {
        Provider.Aws => "an AWS account, twelve digits",
        Provider.Azure => "a subscription id, a GUID",
    };
}
