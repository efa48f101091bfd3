using ServerlessGuard.Resources;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Guards;

/// <summary>What is never changed by us, whatever the mode: what a tag says, whole accounts, and the accounts for emergencies, which must work when everything else does not.</summary>
public static class NeverTouched
{
    public static bool Is(Resource resource, GuardSettings settings) =>
        settings.Remediation.NeverTouchTags.Any(tag => resource.Tags[tag] is not null)
        || resource.Ref.Account is { } account && settings.Remediation.NeverTouchAccounts.Contains(account)
        || resource.Ref.NativeType is "AWS::IAM::User" && resource.Ref.Name is { } name && settings.BreakGlassUsers.Contains(name);
}
