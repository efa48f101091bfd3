using System.Text.Json.Nodes;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-ID-004: strangers are taken out of a role's trust; "everyone" becomes our own account. Sessions that were begun before stay valid
/// until they expire.
/// </summary>
public sealed class RemoveForeignTrust(AwsAccess access, GuardSettings settings) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.RemoveForeignTrust;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation) =>
        new() { ["trust"] = await RoleTrust.ReadAsync(Access, finding, Name(finding), cancellation) };

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var trust = live["trust"]!.AsObject();
        if (IsOpen(trust, finding) is false)
        {
            return new Desired.Nothing();
        }

        var own = finding.Resource.Account ?? (Arn.TryParse(finding.Resource.Id, out var arn) ? arn.Account : null);
        if (own is null)
        {
            return new Desired.Refuse("the finding does not name the role's account, so no principal can be identified as foreign");
        }

        var (narrowed, refused) =
            Narrowing.Narrow(trust, document => IsOpen(document, finding), $"arn:{Partition(finding)}:iam::{own}:root");
        return narrowed is null
            ? new Desired.Refuse(refused!)
            : new Desired.Change(
                With(live, "trust", narrowed),
                $"Remove principals outside our accounts from the trust of role {Shown(finding)}: they can no longer assume it.",
                $"iam:UpdateAssumeRolePolicy {Shown(finding)}",
                LetsEveryoneIn(trust) ? Risk.None : null);
    }

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) =>
        SendAsync(finding, RoleTrust.Write(Name(finding), to["trust"]!), cancellation);

    /// <summary>
    /// Everyone, without any condition: nobody can mean that. Only then, and only if that is all there is to remove, no person is asked.
    /// </summary>
    private bool LetsEveryoneIn(JsonObject trust) => PolicyDocuments.Policy(trust).Statements
        .Where(statement => statement.Allows && statement.Touches("sts:AssumeRole"))
        .All(statement => statement.IsForEveryone && statement.Conditions.IsEmpty
            || statement.Principals.All(principal => principal.IsService
                || principal.Account is { } account && settings.TrustedAccounts.Contains(account)));

    private bool? IsOpen(JsonObject trust, Finding finding) => LiveFacts.Of<ForeignTrustFacts>(
        new IamRoleReader(), finding, new JsonObject { ["assumeRolePolicyDocument"] = trust.ToJsonString() }, [],
        settings)?.OpenToForeigners.Value;
}
