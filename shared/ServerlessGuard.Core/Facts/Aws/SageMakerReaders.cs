using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary><c>AWS::SageMaker::NotebookInstance</c>: <c>DirectInternetAccess</c>, Enabled where absent.</summary>
/// <remarks>Source: aws-config-resource-schema; SageMaker API reference, CreateNotebookInstance ("Enabled" by default).</remarks>
public sealed class SageMakerNotebookReader : FactReader
{
    public override string NativeType => "AWS::SageMaker::NotebookInstance";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Workbench];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts) =>
        facts.Add(Workbench.Of(resource, "DirectInternetAccess", closed: "Disabled", documented: "Enabled by default"));
}

/// <summary><c>AWS::SageMaker::Domain</c>: <c>AppNetworkAccessType</c>, PublicInternetOnly where absent.</summary>
/// <remarks>Source: aws-config-resource-schema; SageMaker API reference, CreateDomain.</remarks>
public sealed class SageMakerDomainReader : FactReader
{
    public override string NativeType => "AWS::SageMaker::Domain";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Workbench];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts) =>
        facts.Add(Workbench.Of(resource, "AppNetworkAccessType", closed: "VpcOnly", documented: "PublicInternetOnly by default"));
}

/// <summary><c>AWS::BedrockAgentCore::Runtime</c>: <c>NetworkConfiguration.NetworkMode</c>, PUBLIC or VPC, required.</summary>
/// <remarks>Source: CloudFormation schema AWS::BedrockAgentCore::Runtime; no recorded item was seen.</remarks>
public sealed class AgentRuntimeReader : FactReader
{
    public override string NativeType => "AWS::BedrockAgentCore::Runtime";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.Workbench];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "configuration.NetworkConfiguration.NetworkMode";
        var mode = resource.Configuration["NetworkConfiguration", "NetworkMode"];
        facts.Add(new WorkbenchFacts(resource.Ref)
        {
            OnInternet = mode.Exists ? new Fact(mode.Is("PUBLIC"), Path, mode.ToString()) : Fact.Unknown(Path, "not in the item"),
        });
    }
}

internal static class Workbench
{
    public static WorkbenchFacts Of(Resource resource, string property, string closed, string documented)
    {
        var path = "configuration." + property;
        var value = resource.Configuration[property];
        return new WorkbenchFacts(resource.Ref)
        {
            OnInternet = (resource.IsObserved, value.Exists) switch
            {
                (false, _) => Fact.Unknown("configuration", "not in the item"),
                (_, false) => value.IsPartial ? Fact.Unselected(path) : Fact.True(path, $"(absent: {documented})"),
                _ => new Fact(!value.Is(closed), path, DocText.Shown(value.ToString())),
            },
        };
    }
}
