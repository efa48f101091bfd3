using ServerlessGuard.Aws.Api;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>The region that a resource is asked about in: its ARN's, else its item's.</summary>
internal static class ResourceRegion
{
    /// <exception cref="CloudCallException">It says none. Another region would answer that there is no such resource.</exception>
    public static AwsRegion Of(ResourceRef resource) => AwsRegion.Find(Named(resource))
        ?? throw new CloudCallException("NoRegion",
            "the resource does not say in which region it is: nothing was asked, since another region would not know it",
            isTransient: false);

    /// <summary>
    /// Whose AWS Config holds its item: of what has no region (IAM, the account) the one that we run in; null when the name is no region's.
    /// </summary>
    public static AwsRegion? OfConfig(ResourceRef resource) => OfConfig(Named(resource));

    public static AwsRegion? OfConfig(string? name) => name is null or "global" ? AwsRegion.Home : AwsRegion.Find(name);

    private static string? Named(ResourceRef resource) =>
        Arn.TryParse(resource.Id, out var arn) && arn.Region.Length > 0 ? arn.Region : resource.Region;
}
