using System.Collections.Immutable;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Remediation;

public static partial class RemediationCatalog
{
    /// <summary>Permissions are IAM actions.</summary>
    public static class Aws
    {
        public static RemediatorDescriptor BlockPublicAccess { get; } = new()
        {
            Remediation = Remediations.BlockPublicAccess,
            Provider = Provider.Aws,
            NativeTypes = ["AWS::S3::Bucket"],
            Permissions = ["s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock", "s3:GetBucketWebsite"],
            Risk = Risk.None,
        };

        public static ImmutableArray<RemediatorDescriptor> All { get; } = [BlockPublicAccess];
    }
}
