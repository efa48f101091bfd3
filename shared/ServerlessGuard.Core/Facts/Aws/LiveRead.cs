using System.Collections.Immutable;
using ServerlessGuard.Ingestion;

namespace ServerlessGuard.Facts.Aws;

/// <summary>The closed set of states that a host reads from a service, because no configuration item carries them.</summary>
public enum LiveRead
{
    /// <summary>An account's S3 public access block.</summary>
    AccountBlock = 1,

    /// <summary>A user's password and keys, as a row of the credential report, which is hours old itself.</summary>
    UserCredentials = 2,

    /// <summary>A user's service-specific credentials.</summary>
    ServiceCredentials = 3,

    /// <summary>The entries of a managed prefix list.</summary>
    PrefixList = 4,

    /// <summary>Whether a trail is logging, and what it selects.</summary>
    TrailStatus = 5,

    /// <summary>A SageMaker notebook instance, which Config does not record.</summary>
    Notebook = 6,

    /// <summary>A Bedrock AgentCore runtime.</summary>
    AgentRuntime = 7,

    /// <summary>The roles that a Cognito identity pool hands out.</summary>
    IdentityPoolRoles = 21,

    /// <summary>The metadata document of a SAML provider.</summary>
    SamlMetadata = 22,

    /// <summary>An account's root user, as a row of the credential report with what is fresher in the account's summary.</summary>
    RootCredentials = 23,
}

/// <summary>What a live read takes, and what tells that the state has changed.</summary>
/// <param name="Actions">IAM actions, sorted.</param>
/// <param name="Changed">The API calls that change the state; null: Config records it, and its own item says so.</param>
public sealed record LiveReads(ImmutableArray<string> Actions, ApiCalls? Changed)
{
    /// <summary>Calls on a user name it, or the caller acts on itself.</summary>
    private static readonly ImmutableArray<string> UserName =
        ["requestParameters.userName", "responseElements.userName", "responseElements.accessKey.userName", "userIdentity.userName"];

    public static IEnumerable<LiveRead> All => Enum.GetValues<LiveRead>();

    /// <summary>Every call that is followed, by event source and name.</summary>
    public static IReadOnlyDictionary<(string Source, string Name), ApiCalls> Calls { get; } = All.Select(Of).Select(read => read.Changed)
        .OfType<ApiCalls>()
        .SelectMany(calls => calls.Names.Select(name => (Key: (calls.EventSource, name), calls)))
            .ToDictionary(call => call.Key, call => call.calls);

    public static LiveReads Of(LiveRead read) => read switch
    {
        LiveRead.AccountBlock => new(["s3:GetAccountPublicAccessBlock"], Changed: null),
        LiveRead.UserCredentials => new(
            ["iam:GetAccessKeyLastUsed", "iam:GetLoginProfile", "iam:ListAccessKeys", "iam:ListMFADevices"],
            new ApiCalls("iam.amazonaws.com", "AWS::IAM::User", UserName)
            {
                Names = ["CreateAccessKey", "CreateLoginProfile", "DeactivateMFADevice", "DeleteAccessKey", "DeleteLoginProfile",
                    "EnableMFADevice", "UpdateAccessKey", "UpdateLoginProfile"],
                In = ConfigPlace.Home,
            }),
        LiveRead.ServiceCredentials => new(
            ["iam:ListServiceSpecificCredentials"],
            new ApiCalls("iam.amazonaws.com", "AWS::IAM::User", UserName)
            {
                Names =
                [
                    "CreateServiceSpecificCredential", "DeleteServiceSpecificCredential", "ResetServiceSpecificCredential",
                    "UpdateServiceSpecificCredential",
                ],
                In = ConfigPlace.Home,
            }),
        LiveRead.IdentityPoolRoles => new(
            ["cognito-identity:GetIdentityPoolRoles"],
            new ApiCalls("cognito-identity.amazonaws.com", "AWS::Cognito::IdentityPool", ["requestParameters.identityPoolId"])
            {
                Names = ["SetIdentityPoolRoles"],
            }),
        LiveRead.SamlMetadata => new(
            ["iam:GetSAMLProvider"],
            new ApiCalls("iam.amazonaws.com", "AWS::IAM::SAMLProvider", ["requestParameters.sAMLProviderArn"])
            {
                Names = ["UpdateSAMLProvider"],
                In = ConfigPlace.Home,
            }),

        // Root's own keys and devices change by the same calls as a user's.
        LiveRead.RootCredentials => new(
            ["iam:GenerateCredentialReport", "iam:GetAccountSummary", "iam:GetCredentialReport"],
            new ApiCalls("iam.amazonaws.com", AwsAnswerTypes.CredentialReportRow, ["recipientAccountId", "userIdentity.accountId"])
            {
                Names = ["DisableOrganizationsRootCredentialsManagement", "EnableOrganizationsRootCredentialsManagement"],
                State = LiveRead.RootCredentials,
            }),
        LiveRead.PrefixList => new(["ec2:GetManagedPrefixListEntries"], Changed: null),
        LiveRead.TrailStatus => new(
            ["cloudtrail:GetEventSelectors", "cloudtrail:GetTrailStatus"],
            new ApiCalls(
                "cloudtrail.amazonaws.com",
                "AWS::CloudTrail::Trail",
                ["requestParameters.name", "responseElements.name", "requestParameters.trailName", "responseElements.trailName"])
            {
                Names = ["PutEventSelectors", "StartLogging", "StopLogging"],
            }),
        LiveRead.Notebook => new(
            ["sagemaker:DescribeNotebookInstance", "sagemaker:ListTags"],
            new ApiCalls(
                "sagemaker.amazonaws.com",
                "AWS::SageMaker::NotebookInstance",
                ["requestParameters.notebookInstanceName", "responseElements.notebookInstanceName"])
            {
                Names = ["CreateNotebookInstance", "DeleteNotebookInstance", "UpdateNotebookInstance"],
                State = LiveRead.Notebook,
            }),
        LiveRead.AgentRuntime => new(
            ["bedrock-agentcore:GetAgentRuntime", "bedrock-agentcore:ListTagsForResource"],
            new ApiCalls(
                "bedrock-agentcore.amazonaws.com",
                "AWS::BedrockAgentCore::Runtime",
                ["requestParameters.agentRuntimeId", "responseElements.agentRuntimeId"])
            {
                Names = ["CreateAgentRuntime", "DeleteAgentRuntime", "UpdateAgentRuntime"],
                State = LiveRead.AgentRuntime,
            }),
    };
}
