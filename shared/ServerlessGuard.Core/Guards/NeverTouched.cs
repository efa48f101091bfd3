using ServerlessGuard.Resources;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Guards;

/// <summary>
/// What is never changed by us, whatever the mode: what a tag says, whole accounts, and the accounts for emergencies, which must work when
/// everything else does not.
/// </summary>
public static class NeverTouched
{
    public static bool Is(Resource resource, RuleSettings settings) =>
        LenientTags.Spare(resource, settings) || Is(resource.Ref, settings);

    /// <summary>By the settings alone, as they are now.</summary>
    public static bool Is(ResourceRef resource, RuleSettings settings) =>
        resource.Account is { } account && settings.NeverTouchAccounts.Contains(account)
        || resource.NativeType.Equals("AWS::IAM::User", StringComparison.OrdinalIgnoreCase) && UserName(resource) is { } name
            && settings.BreakGlassUsers.Contains(name);

    /// <summary>Of the id: the name beside it is what a row says.</summary>
    private static string? UserName(ResourceRef resource) =>
        resource.Id.StartsWith("arn:", StringComparison.Ordinal) && resource.Id.Contains(":user/", StringComparison.Ordinal)
            ? resource.Id[(resource.Id.LastIndexOf('/') + 1)..]
            : resource.Name;
}
