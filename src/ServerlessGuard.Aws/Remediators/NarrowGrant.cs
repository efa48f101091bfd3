using System.Text.Json.Nodes;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-ID-005: a managed policy goes back to its latest version that does not grant everything. Where there is none, and for inline
/// policies, what the holder needs is not written anywhere: refused, or not handled at all.
/// </summary>
public sealed class NarrowGrant(AwsAccess access) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.NarrowGrant;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var versions = await Pages.AllAsync(Access, finding,
            marker => IamCalls.Of("ListPolicyVersions", [("PolicyArn", finding.Resource.Id), .. marker]), "Versions", cancellation);
        var everything = new JsonObject();
        string? current = null;
        foreach (var version in versions.OrderByDescending(version => (string?)version.Element("CreateDate"), StringComparer.Ordinal))
        {
            var id = (string)version.Element("VersionId")!;
            var answer = await Access.XmlAsync(finding,
                IamCalls.Of("GetPolicyVersion", ("PolicyArn", finding.Resource.Id), ("VersionId", id)), cancellation);
            var document =
                PolicyDocuments.Parse(answer.Descendants("Document").FirstOrDefault()?.Value ?? string.Empty, $"policy {Shown(finding)}");
            everything[id] = PolicyPower.Everything(PolicyDocuments.Policy(document)) is not null;
            current = (string?)version.Element("IsDefaultVersion") is "true" ? id : current;
        }

        return new JsonObject { ["default"] = current, ["grantsEverything"] = everything };
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var versions = live["grantsEverything"]!.AsObject();
        var current = (string?)live["default"];
        if (current is null || versions[current] is not { } grants || !grants.GetValue<bool>())
        {
            return new Desired.Nothing();
        }

        // Latest first; the number after the v only grows.
        var safe = versions.Where(version => !version.Value!.GetValue<bool>()).Select(version => version.Key).MaxBy(Number);
        return safe is null
            ? new Desired.Refuse("no version of the policy grants less: a person has to write what its holders need")
            : new Desired.Change(
                With(live, "default", safe),
                $"Make version {safe} of policy {Shown(finding)} the default again, which does not grant everything the way {current} "
                    + $"does.",
                $"iam:SetDefaultPolicyVersion {Shown(finding)} {safe}");
    }

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) =>
        SendAsync(finding,
            IamCalls.Of("SetDefaultPolicyVersion", ("PolicyArn", finding.Resource.Id), ("VersionId", to["default"]!.GetValue<string>())),
            cancellation);

    private static int Number(string version) => int.TryParse(version.AsSpan(1), out var number) ? number : 0;
}
