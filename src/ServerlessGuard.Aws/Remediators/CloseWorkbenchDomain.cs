using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>SG-AI-002: the apps of a SageMaker domain go through its VPC only.</summary>
public sealed class CloseWorkbenchDomain(AwsAccess access) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.CloseWorkbenchDomain;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var domain = (
            await SendAsync(finding, JsonCalls.SageMaker(Where(finding), "DescribeDomain", ("DomainId", Name(finding))), cancellation))
                .Json();
        return (string?)domain["Status"] switch
        {
            "Deleting" => null,
            // Between two states: what comes out is not known yet, so this is asked again later.
            "Updating" => throw new CloudCallException("DomainUpdating", $"domain {Shown(finding)} is being updated", isTransient: true),
            _ => new JsonObject { ["appNetworkAccessType"] = (string?)domain["AppNetworkAccessType"] ?? "PublicInternetOnly" },
        };
    }

    protected override Desired Desire(JsonObject live, Finding finding) => (string?)live["appNetworkAccessType"] is "VpcOnly"
        ? new Desired.Nothing()
        : new Desired.Change(
            With(live, "appNetworkAccessType", "VpcOnly"),
            $"Send the traffic of domain {Shown(finding)} through its VPC only: apps lose internet access unless the VPC provides it.",
            $"sagemaker:UpdateDomain {Shown(finding)} AppNetworkAccessType=VpcOnly");

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) => SendAsync(
        finding,
        JsonCalls.SageMaker(Where(finding), "UpdateDomain", ("DomainId", Name(finding)),
            ("AppNetworkAccessType", to["appNetworkAccessType"]!.GetValue<string>())),
        cancellation);
}
