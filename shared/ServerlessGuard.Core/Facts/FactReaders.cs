using System.Collections.Frozen;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Facts.Azure;

namespace ServerlessGuard.Facts;

/// <summary>The explicit list of readers, by native type without case.</summary>
public static class FactReaders
{
    public static IReadOnlyList<FactReader> All { get; } =
    [
        new S3BucketReader(),
        new S3AccountBlockReader(),
        new CloudTrailReader(),
        new SecurityGroupReader(),
        new NetworkInterfaceReader(),
        new PrefixListReader(),
        new VpcEndpointReader(),
        new Ec2InstanceReader(),
        new RdsInstanceReader(),
        new RdsClusterReader(),
        new RedshiftReader(),
        new LambdaReader(),
        new KmsKeyReader(),
        new SecretReader(),
        new IamRoleReader(),
        new IamUserReader(),
        new IamGroupReader(),
        new IamPolicyReader(),
        new OidcProviderReader(),
        new SamlProviderReader(),
        new AccountSummaryReader(),
        new OrganizationFeaturesReader(),
        new IdentityPoolReader(),
        new IdentityPoolRolesReader(),
        new MfaDeviceReader(),
        new CredentialRowReader(),
        new AccessKeyReader(),
        new LoginProfileReader(),
        new ServiceCredentialReader(),
        new SageMakerNotebookReader(),
        new SageMakerDomainReader(),
        new AgentRuntimeReader(),
        .. AccountLevelReader.All,
        new StorageAccountReader(),
        new ContainerReader(),
        new BlobServiceReader(),
        new ReplicationPolicyReader(),
        new FileShareReader(),
        new DiagnosticSettingsReader(),
        new SubscriptionReader(),
        new NsgReader(),
        new NsgRuleReader(),
        new SqlServerReader(),
        new TransparentEncryptionReader(),
        .. FlexibleServerReader.All,
        .. ServerFirewallRuleReader.All,
        new CosmosReader(),
        .. SiteReader.All,
        .. SiteConfigReader.All,
        .. SiteFunctionReader.All,
        new AppServiceEnvironmentReader(),
        new ContainerEnvironmentReader(),
        new VaultReader(),
        new VaultKeyReader(),
        new VaultSecretReader(),
        new RoleAssignmentReader(),
        new RoleDefinitionReader(),
        new RoleScheduleReader(),
        new ManagedIdentityReader(),
        .. FederatedCredentialReader.All,
        new RegistrationAssignmentReader(),
        new RegistrationDefinitionReader(),
        .. GraphCredentialReader.All,
        new GraphUserReader(),
        new SignInReader(),
        new GraphGroupReader(),
        new ConditionalAccessReader(),
        new SecurityDefaultsReader(),
        new DirectoryRoleReader(),
        new DomainReader(),
        new CognitiveAccountReader(),
        new OnlineEndpointReader(),
        new ServerlessEndpointReader(),
        new WorkspaceReader(),
        new ComputeReader(),
        new ListedChildrenReader(),
    ];

    private static readonly FrozenDictionary<string, FactReader> ByType =
        All.ToFrozenDictionary(reader => reader.NativeType, StringComparer.OrdinalIgnoreCase);

    public static FactReader? For(string nativeType) => ByType.GetValueOrDefault(nativeType);
}
