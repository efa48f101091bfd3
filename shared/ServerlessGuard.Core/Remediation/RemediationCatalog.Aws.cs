using System.Collections.Immutable;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Remediation;

public static partial class RemediationCatalog
{
    /// <summary>Permissions are IAM actions. sts:GetCallerIdentity, which every one of them asks first, needs none.</summary>
    /// <remarks>
    /// Without a remediator, on purpose: SG-COMP-004 (the plan and its undo would hold the secret), SG-AI-003 (which VPC and subnets is a
    /// design decision), SG-AI-002 for agent runtimes and SG-NET-002 for Multi-AZ DB clusters (no API changes it in place), SG-ID-005 for
    /// inline policies (what the holder needs is not written anywhere), SG-LOG-001 for an account without any trail, SG-DATA-001 and
    /// SG-DATA-006 (data would have to move), SG-STOR-007 (every write of a replication configuration passes its role: whoever may pass
    /// any such role can copy any bucket away); SG-ID-007, SG-ID-009 and SG-ID-012 (their guides say why).
    /// </remarks>
    public static class Aws
    {
        public static RemediatorDescriptor BlockPublicAccess { get; } = Of(
            Remediations.BlockPublicAccess, Risk.None, ["AWS::S3::Bucket"], "s3:GetBucketPublicAccessBlock",
            "s3:PutBucketPublicAccessBlock", "s3:GetBucketWebsite");

        public static RemediatorDescriptor CloseAccessBoundary { get; } = Of(
            Remediations.CloseAccessBoundary, Risk.Availability, ["AWS::::Account"], "s3:GetAccountPublicAccessBlock",
            "s3:PutAccountPublicAccessBlock");

        public static RemediatorDescriptor RequireEncryptedTransport { get; } = Of(
            Remediations.RequireEncryptedTransport, Risk.Availability, ["AWS::S3::Bucket"], "s3:GetBucketPolicy", "s3:PutBucketPolicy",
            "s3:DeleteBucketPolicy");

        /// <summary>Nobody is locked out; it costs storage, and "never set" cannot be restored: undo suspends.</summary>
        public static RemediatorDescriptor EnableRecovery { get; } = Of(
            Remediations.EnableRecovery, Risk.None, ["AWS::S3::Bucket"], "s3:GetBucketVersioning", "s3:PutBucketVersioning");

        public static RemediatorDescriptor RecordObjectAccess { get; } = Of(
            Remediations.RecordObjectAccess, Risk.Availability, ["AWS::S3::Bucket"], "s3:GetBucketLogging", "s3:PutBucketLogging");

        public static RemediatorDescriptor RemovePublicInvocation { get; } = Of(
            Remediations.RemovePublicInvocation,
            Risk.None,
            ["AWS::Lambda::Function"],
            "lambda:GetFunctionConfiguration",
            "lambda:GetPolicy",
            "lambda:RemovePermission",
            "lambda:AddPermission",
            "lambda:GetFunctionUrlConfig",
            "lambda:UpdateFunctionUrlConfig");

        public static RemediatorDescriptor RemoveAdministratorRights { get; } = Of(
            Remediations.RemoveAdministratorRights,
            Risk.Availability,
            ["AWS::Lambda::Function"],
            "lambda:GetFunctionConfiguration",
            "iam:GetRole",
            "iam:ListAttachedRolePolicies",
            "iam:PutRolePermissionsBoundary",
            "iam:DeleteRolePermissionsBoundary",
            "iam:DetachRolePolicy",
            "iam:AttachRolePolicy");

        public static RemediatorDescriptor RequireMetadataTokens { get; } = Of(
            Remediations.RequireMetadataTokens, Risk.Availability, ["AWS::EC2::Instance"], "ec2:DescribeInstances",
            "ec2:ModifyInstanceMetadataOptions");

        public static RemediatorDescriptor CloseAdminPorts { get; } = Of(
            Remediations.CloseAdminPorts,
            Risk.None,
            ["AWS::EC2::SecurityGroup"],
            "ec2:DescribeSecurityGroups",
            "ec2:RevokeSecurityGroupIngress",
            "ec2:AuthorizeSecurityGroupIngress");

        public static RemediatorDescriptor ClosePublicDatabase { get; } = Of(
            Remediations.ClosePublicDatabase,
            Risk.Availability,
            ["AWS::RDS::DBInstance", "AWS::Redshift::Cluster"],
            "rds:DescribeDBInstances",
            "rds:ModifyDBInstance",
            "redshift:DescribeClusters",
            "redshift:ModifyCluster");

        public static RemediatorDescriptor RestrictKeyAccess { get; } = Of(
            Remediations.RestrictKeyAccess, Risk.Availability, ["AWS::KMS::Key"], "kms:GetKeyPolicy", "kms:PutKeyPolicy");

        public static RemediatorDescriptor EnableKeyRotation { get; } = Of(
            Remediations.EnableKeyRotation, Risk.None, ["AWS::KMS::Key"], "kms:GetKeyRotationStatus", "kms:EnableKeyRotation",
            "kms:DisableKeyRotation");

        public static RemediatorDescriptor KeepKeyMaterial { get; } = Of(
            Remediations.KeepKeyMaterial,
            Risk.None,
            ["AWS::KMS::Key"],
            "kms:DescribeKey",
            "kms:CancelKeyDeletion",
            "kms:EnableKey",
            "kms:DisableKey",
            "kms:ScheduleKeyDeletion");

        public static RemediatorDescriptor QuarantineLocalUser { get; } = Of(
            Remediations.QuarantineLocalUser, Risk.Availability, ["AWS::IAM::User"], "iam:GetUser", "iam:GetUserPolicy",
            "iam:PutUserPolicy", "iam:DeleteUserPolicy");

        public static RemediatorDescriptor RequireSecondFactor { get; } = Of(
            Remediations.RequireSecondFactor, Risk.Availability, ["AWS::IAM::User"], "iam:GetUser", "iam:GetUserPolicy",
            "iam:PutUserPolicy", "iam:DeleteUserPolicy");

        public static RemediatorDescriptor CloseGuestAccess { get; } = Of(
            Remediations.CloseGuestAccess, Risk.Availability, ["AWS::Cognito::IdentityPool"], "cognito-identity:DescribeIdentityPool",
            "cognito-identity:UpdateIdentityPool");

        /// <summary>None for unused keys; a key that is old but in use is planned with <see cref="Risk.Availability"/>.</summary>
        public static RemediatorDescriptor DisableStaleCredential { get; } = Of(
            Remediations.DisableStaleCredential, Risk.None, ["AWS::IAM::User"], "iam:ListAccessKeys", "iam:GetAccessKeyLastUsed",
            "iam:UpdateAccessKey");

        public static RemediatorDescriptor PinFederatedTrust { get; } = Of(
            Remediations.PinFederatedTrust, Risk.Availability, ["AWS::IAM::Role"], "iam:GetRole", "iam:GetOpenIDConnectProvider",
            "iam:UpdateAssumeRolePolicy");

        public static RemediatorDescriptor RemoveForeignTrust { get; } = Of(
            Remediations.RemoveForeignTrust, Risk.Availability, ["AWS::IAM::Role"], "iam:GetRole", "iam:UpdateAssumeRolePolicy");

        public static RemediatorDescriptor NarrowGrant { get; } = Of(
            Remediations.NarrowGrant, Risk.Availability, ["AWS::IAM::Policy"], "iam:ListPolicyVersions", "iam:GetPolicyVersion",
            "iam:SetDefaultPolicyVersion");

        public static RemediatorDescriptor StopNotebook { get; } = Of(
            Remediations.CloseWorkbench, Risk.Availability, ["AWS::SageMaker::NotebookInstance"], "sagemaker:DescribeNotebookInstance",
            "sagemaker:StopNotebookInstance", "sagemaker:StartNotebookInstance");

        public static RemediatorDescriptor CloseWorkbenchDomain { get; } = Of(
            Remediations.CloseWorkbench, Risk.Availability, ["AWS::SageMaker::Domain"], "sagemaker:DescribeDomain",
            "sagemaker:UpdateDomain");

        public static RemediatorDescriptor DisableModelKeys { get; } = Of(
            Remediations.DisableModelKeys, Risk.None, ["AWS::IAM::User"], "iam:ListServiceSpecificCredentials",
            "iam:UpdateServiceSpecificCredential");

        public static RemediatorDescriptor RestoreAuditTrail { get; } = Of(
            Remediations.RestoreAuditTrail, Risk.None, ["AWS::CloudTrail::Trail"], "cloudtrail:GetTrail", "cloudtrail:GetTrailStatus",
            "cloudtrail:StartLogging", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail");

        public static ImmutableArray<RemediatorDescriptor> All { get; } =
        [
            BlockPublicAccess, CloseAccessBoundary, RequireEncryptedTransport, EnableRecovery, RecordObjectAccess, RemovePublicInvocation,
            RemoveAdministratorRights, RequireMetadataTokens, CloseAdminPorts, ClosePublicDatabase, RestrictKeyAccess, EnableKeyRotation,
            KeepKeyMaterial, QuarantineLocalUser, DisableStaleCredential, PinFederatedTrust, RemoveForeignTrust, NarrowGrant, StopNotebook,
            CloseWorkbenchDomain, DisableModelKeys, RestoreAuditTrail, RequireSecondFactor, CloseGuestAccess,
        ];

        private static RemediatorDescriptor Of(string remediation, Risk risk, ImmutableArray<string> types,
            params ImmutableArray<string> permissions) => new()
        {
            Remediation = remediation,
            Provider = Provider.Aws,
            NativeTypes = types,
            Permissions = permissions,
            Risk = risk,
        };
    }
}
