using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>SG-KEY-002: automatic rotation, once a year. Old material stays: nothing has to be encrypted again.</summary>
public sealed class EnableKeyRotation(AwsAccess access) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.EnableKeyRotation;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var status = (await SendAsync(finding, JsonCalls.Kms(Where(finding), "GetKeyRotationStatus", Name(finding)), cancellation)).Json();
        return new JsonObject { ["rotates"] = (bool?)status["KeyRotationEnabled"] ?? false };
    }

    protected override Desired Desire(JsonObject live, Finding finding) => live["rotates"]!.GetValue<bool>()
        ? new Desired.Nothing()
        : new Desired.Change(With(live, "rotates", true), $"Rotate key {Shown(finding)} every year.",
            $"kms:EnableKeyRotation {Shown(finding)}");

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) =>
        SendAsync(finding,
            JsonCalls.Kms(Where(finding), to["rotates"]!.GetValue<bool>() ? "EnableKeyRotation" : "DisableKeyRotation", Name(finding)),
            cancellation);
}
