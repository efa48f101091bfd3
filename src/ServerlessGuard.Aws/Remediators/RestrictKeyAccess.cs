using System.Text.Json.Nodes;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-KEY-001: strangers are taken out of the key policy. KMS's own lockout check stays on, and a policy that would leave the account
/// without the key is refused here.
/// </summary>
public sealed class RestrictKeyAccess(AwsAccess access, GuardSettings settings) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.RestrictKeyAccess;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var answer = (
            await SendAsync(finding, JsonCalls.Kms(Where(finding), "GetKeyPolicy", Name(finding), ("PolicyName", "default")), cancellation))
                .Json();
        return new JsonObject { ["policy"] = PolicyDocuments.Parse((string?)answer["Policy"] ?? string.Empty, $"key {Shown(finding)}") };
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var policy = live["policy"]!.AsObject();
        switch (IsOpen(policy, finding))
        {
            case false:
                return new Desired.Nothing();
            case null:
                return new Desired.Refuse("the finding does not name the key's account, so no principal can be identified as foreign");
        }

        var own = finding.Resource.Account ?? (Arn.TryParse(finding.Resource.Id, out var arn) ? arn.Account : null);
        if (own is null)
        {
            return new Desired.Refuse("the finding does not say whose key it is");
        }

        var (narrowed, refused) =
            Narrowing.Narrow(policy, document => IsOpen(document, finding), $"arn:{Partition(finding)}:iam::{own}:root");
        if (narrowed is null)
        {
            return new Desired.Refuse(refused!);
        }

        var governs = PolicyDocuments.Policy(narrowed).Statements.Any(statement =>
            statement.Allows && statement.Conditions.IsEmpty && statement.CoversAction("kms:PutKeyPolicy")
                && statement.Principals.Any(principal => principal.Account == own));
        return governs
            ? new Desired.Change(
                With(live, "policy", narrowed),
                $"Remove principals outside our accounts from the policy of key {Shown(finding)}: they can no longer decrypt with it.",
                $"kms:PutKeyPolicy {Shown(finding)}")
            : new Desired.Refuse(
                "without the foreign principals nobody in the account could change the key policy any more: add a statement for the "
                    + "account first");
    }

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) => SendAsync(
        finding, JsonCalls.Kms(Where(finding), "PutKeyPolicy", Name(finding), ("PolicyName", "default"),
            ("Policy", to["policy"]!.ToJsonString())), cancellation);

    private bool? IsOpen(JsonObject policy, Finding finding) => LiveFacts.Of<KeyAccessFacts>(
        new KmsKeyReader(), finding, new JsonObject { ["keyManager"] = "CUSTOMER" }, new JsonObject { ["Policy"] = policy.ToJsonString() },
        settings)?.OpenToOutsiders.Value;
}
