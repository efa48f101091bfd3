using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.CognitiveServices/accounts</c>: the shared network switches and <c>disableLocalAuth</c> (absent: keys are accepted).
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.CognitiveServices 2025-06-01.</remarks>
public sealed class CognitiveAccountReader : FactReader
{
    public override string NativeType => "Microsoft.CognitiveServices/accounts";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.ModelEndpoint, FactsKind.ModelKey];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.Acted("listKeys"), new AzureRoute.Acted("regenerateKey")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var properties = resource.Configuration;
        facts.Add(new ModelEndpointFacts(resource.Ref) { ReachableFromAnyNetwork = PublicNetwork.Open(properties) });
        facts.Add(new ModelKeyFacts(resource.Ref)
        {
            AcceptsStaticKey = resource.IsObserved
                ? Fact.Of(properties["disableLocalAuth"], "properties.disableLocalAuth", whenAbsent: false, "false").Not
                : Fact.Unknown("properties", "an abbreviated response: get the account itself"),
        });
    }
}

/// <summary>
/// <c>…/workspaces/onlineEndpoints</c>: <c>publicNetworkAccess</c> (absent: Enabled) and <c>authMode</c> Key, AMLToken or AADToken;
/// of serverless endpoints Key, AAD, or KeyAndAAD, which accepts both.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.MachineLearningServices 2025-06-01.</remarks>
public sealed class OnlineEndpointReader : FactReader
{
    public override string NativeType => "Microsoft.MachineLearningServices/workspaces/onlineEndpoints";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.ModelEndpoint, FactsKind.ModelKey];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.ListedByParent(), new AzureRoute.Acted("regenerateKeys")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "properties.publicNetworkAccess";
        var access = resource.Configuration["publicNetworkAccess"];
        facts.Add(new ModelEndpointFacts(resource.Ref)
        {
            ReachableFromAnyNetwork = resource.IsObserved
                ? new Fact(!PublicNetwork.IsPrivate(access), Path, access.Exists ? access.ToString() : "(absent: Enabled)")
                : Fact.Unknown("properties", "an abbreviated response: get the endpoint itself"),
        });
        facts.Add(AuthMode(resource));
    }

    internal static ModelKeyFacts AuthMode(Resource resource)
    {
        const string Path = "properties.authMode";
        var mode = resource.Configuration["authMode"];
        return new ModelKeyFacts(resource.Ref)
        {
            AcceptsStaticKey = mode.Text?.ToUpperInvariant() switch
            {
                null => Fact.Unknown(Path, "not in the answer"),
                "KEY" or "KEYANDAAD" => Fact.True(Path, mode.ToString()),
                "AAD" or "AADTOKEN" or "AMLTOKEN" => Fact.False(Path, mode.ToString()),
                _ => Fact.Unknown(Path, $"not a mode that is known: {mode}"),
            },
        };
    }
}

/// <summary><c>…/workspaces/serverlessEndpoints</c>: <c>authMode</c>.</summary>
public sealed class ServerlessEndpointReader : FactReader
{
    public override string NativeType => "Microsoft.MachineLearningServices/workspaces/serverlessEndpoints";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.ModelKey];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.ListedByParent()];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts) =>
        facts.Add(OnlineEndpointReader.AuthMode(resource));
}
