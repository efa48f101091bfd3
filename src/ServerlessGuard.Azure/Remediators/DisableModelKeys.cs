using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-AI-004: the AI account refuses its keys. Entra tokens need a custom subdomain: without one nobody could call it any more.
/// </summary>
/// <remarks>An online endpoint's authMode cannot be changed after its creation in most cases: reported only.</remarks>
public sealed class DisableModelKeys(IArm arm) : ArmPatch(arm)
{
    private const string Setting = "disableLocalAuth";
    private const string Domain = "customSubDomainName";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.DisableModelKeys;

    /// <summary>Absent: keys are accepted.</summary>
    protected override JsonObject Slice(JsonObject resource, JsonObject properties) => new()
    {
        [Setting] = properties.Flag(Setting) ?? false,
        [Domain] = properties.Text(Domain),
    };

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (live.Flag(Setting) is true)
        {
            return new Desired.Nothing();
        }

        if (live.Text(Domain) is null)
        {
            return new Desired.Refuse("the account has no custom subdomain, which Entra tokens need: without keys nobody could call it");
        }

        var to = live.With(Setting, true);
        return new Desired.Change(to, $"Let AI account {Shown(finding)} refuse its keys; clients need Entra tokens from then on.",
            Call(finding, live, to));
    }
}
