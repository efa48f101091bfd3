using System.Collections.Immutable;

namespace ServerlessGuard.Remediation;

/// <summary>
/// What each remediator is called, covers, needs and risks, as data: permissions are generated from it, and the hosts' classes point at it.
/// </summary>
public static partial class RemediationCatalog
{
    public static ImmutableArray<RemediatorDescriptor> All { get; } = [.. Aws.All, .. Azure.All];
}
