using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-STOR-008: versioning. A bucket that once had it can never be without again: never set and Suspended are one state here, which is what
/// undo comes back to.
/// </summary>
public sealed class EnableRecovery(AwsAccess access) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.EnableRecovery;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var versioning = await Access.XmlAsync(finding, S3Calls.Get(finding, "GetBucketVersioning", "versioning"), cancellation);
        return new JsonObject
        {
            ["enabled"] = (string?)versioning.Element("Status") is "Enabled",
            ["mfaDelete"] = (string?)versioning.Element("MfaDelete") is "Enabled",
        };
    }

    protected override Desired Desire(JsonObject live, Finding finding) =>
        (live["enabled"]!.GetValue<bool>(), live["mfaDelete"]!.GetValue<bool>()) switch
    {
        (true, _) => new Desired.Nothing(),
        (_, true) => new Desired.Refuse("MFA delete is on: only the root user with its device may change versioning"),
        _ => new Desired.Change(
            With(live, "enabled", true),
            $"Keep old versions of the objects of bucket {Shown(finding)} (storage costs grow; undo suspends versioning, existing versions "
                + $"stay).",
            $"s3:PutBucketVersioning {Shown(finding)} Status=Enabled"),
    };

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) => SendAsync(
        finding,
        S3Calls.Put(
            finding,
            "PutBucketVersioning",
            "versioning",
            new XElement(S3Calls.Namespace + "VersioningConfiguration",
                new XElement(S3Calls.Namespace + "Status", to["enabled"]!.GetValue<bool>() ? "Enabled" : "Suspended"))),
        cancellation);
}
