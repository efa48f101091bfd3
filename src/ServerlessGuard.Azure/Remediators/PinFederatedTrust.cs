using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-ID-003: the federated credential of a managed identity goes; no secret is involved, so that putting it back is exact. One of an
/// application is in Graph.
/// </summary>
public sealed class PinFederatedTrust(IArm arm) : RemovedResource(arm)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.PinFederatedTrust;

    protected override ReadOnlySpan<string> Written(Finding finding) =>
        new[] { "issuer", "subject", "claimsMatchingExpression", "audiences" };

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (live[Properties] is not JsonObject credential)
        {
            return new Desired.Nothing();
        }

        return credential.Text("subject") is null && credential["claimsMatchingExpression"] is not JsonObject
            ? new Desired.Refuse("the response contains neither a subject nor an expression: it could not be restored")
            : new Desired.Change(
                live.With(Properties, null),
                $"Delete federated credential {Shown(finding)}, which lets {DocText.Shown(credential.Text("issuer") ?? "an issuer")} in "
                    + $"too broadly.",
                Deletion(finding));
    }
}
