using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>SG-KEY-003: purge protection. Neither it nor soft delete can be switched off again; the service refuses the way back.</summary>
public sealed class KeepKeyMaterial(IArm arm) : ArmPatch(arm)
{
    private const string Purge = "enablePurgeProtection";
    private const string Soft = "enableSoftDelete";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.KeepKeyMaterial;

    /// <summary>Absent: soft delete is on, purge protection is off (false is refused as a value, so it is never sent).</summary>
    protected override JsonObject Slice(JsonObject resource, JsonObject properties) => new()
    {
        [Purge] = properties.Flag(Purge) ?? false,
        [Soft] = properties.Flag(Soft) ?? true,
    };

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (live.Flag(Purge) is true && live.Flag(Soft) is true)
        {
            return new Desired.Nothing();
        }

        var to = new JsonObject { [Purge] = true, [Soft] = true };
        return new Desired.Change(to, $"Turn on purge protection of vault {Shown(finding)}, permanently.", Call(finding, live, to));
    }

    protected override JsonObject Body(JsonObject changes) => changes.Flag(Purge) is false || changes.Flag(Soft) is false
        ? throw new CloudCallException("Irreversible", "purge protection and soft delete cannot be switched off again", isTransient: false)
        : base.Body(changes);
}
