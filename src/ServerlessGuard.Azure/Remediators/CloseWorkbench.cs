using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-AI-002: the workspace leaves the internet. A compute with an address of its own has to be made anew: reported only.
/// </summary>
public sealed class CloseWorkbench(IArm arm) : ArmPatch(arm)
{
    private const string Access = "publicNetworkAccess";
    private const string Kind = "kind";
    private const string Endpoints = "privateEndpoints";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.CloseWorkbench;

    /// <summary>Absent: what allowPublicAccessWhenBehindVnet says, and where that is absent too, Enabled.</summary>
    protected override JsonObject Slice(JsonObject resource, JsonObject properties) => new()
    {
        [Access] = properties.Text(Access) ?? (properties.Flag("allowPublicAccessWhenBehindVnet") is false ? "Disabled" : "Enabled"),
        [Kind] = resource.Text(Kind),
        [Endpoints] = properties.Items("privateEndpointConnections").Count,
    };

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (live.Is(Kind, "project"))
        {
            return new Desired.Refuse("a project uses its hub's network: close the hub first");
        }

        if (!live.Is(Access, "Enabled"))
        {
            return new Desired.Nothing();
        }

        var to = live.With(Access, "Disabled");
        var doors = live[Endpoints]!.GetValue<int>();
        return new Desired.Change(
            to,
            $"Switch off public access to workspace {Shown(finding)}; "
                + $"{(doors == 0 ? "it has no private endpoint, so nobody reaches its studio until it gets one" : $"its {doors} private endpoints stay")}.",
            Call(finding, live, to));
    }
}
