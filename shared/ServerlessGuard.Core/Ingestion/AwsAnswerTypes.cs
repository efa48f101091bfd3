namespace ServerlessGuard.Ingestion;

/// <summary>Native types for what AWS Config does not record: CloudFormation's name where there is one.</summary>
public static class AwsAnswerTypes
{
    public const string AccessKey = "AWS::IAM::AccessKey";
    public const string LoginProfile = "AWS::IAM::LoginProfile";
    public const string ServiceCredential = "AWS::IAM::ServiceSpecificCredential";
    public const string CredentialReportRow = "AWS::IAM::CredentialReportRow";
    public const string AccountSummary = "AWS::IAM::AccountSummary";
    public const string OrganizationFeatures = "AWS::IAM::OrganizationsFeatures";
    public const string MfaDevice = "AWS::IAM::MFADevice";
    public const string IdentityPoolRoles = "AWS::Cognito::IdentityPoolRoleAttachment";
    public const string FunctionUrl = "AWS::Lambda::Url";

    public static bool Is(string nativeType) =>
        nativeType is AccessKey or LoginProfile or ServiceCredential or CredentialReportRow or MfaDevice
            or AccountSummary or OrganizationFeatures or IdentityPoolRoles or FunctionUrl;
}
