using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>SG-COMP-006: IMDSv2 only. Software that asks without a token stops getting answers.</summary>
public sealed class RequireMetadataTokens(AwsAccess access) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.RequireMetadataTokens;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var answer = await Access.XmlAsync(finding, Ec2Calls.Of(Where(finding), "DescribeInstances", ("InstanceId.1", Name(finding))),
            cancellation);
        var instance = answer.Descendants("instancesSet").SelectMany(set => set.Elements("item")).FirstOrDefault();
        if (instance is null || (string?)instance.Element("instanceState")?.Element("name") is "terminated" or "shutting-down")
        {
            return null;
        }

        var options = instance.Element("metadataOptions");
        return new JsonObject
        {
            ["httpTokens"] = (string?)options?.Element("httpTokens") ?? "optional",
            ["httpEndpoint"] = (string?)options?.Element("httpEndpoint") ?? "enabled",
        };
    }

    protected override Desired Desire(JsonObject live, Finding finding) =>
        (string?)live["httpTokens"] is "required" || (string?)live["httpEndpoint"] is "disabled"
        ? new Desired.Nothing()
        : new Desired.Change(
            With(live, "httpTokens", "required"),
            $"Answer metadata requests of instance {Shown(finding)} only with a token (IMDSv2): software without IMDSv2 loses its "
                + $"credentials.",
            $"ec2:ModifyInstanceMetadataOptions {Shown(finding)} HttpTokens=required");

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) => SendAsync(
        finding,
        Ec2Calls.Of(
            Where(finding),
            "ModifyInstanceMetadataOptions",
            ("InstanceId", Name(finding)),
            ("HttpTokens", to["httpTokens"]!.GetValue<string>()),
            ("HttpEndpoint", to["httpEndpoint"]!.GetValue<string>())),
        cancellation);
}
