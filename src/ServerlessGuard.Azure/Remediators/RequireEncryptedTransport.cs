using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-STOR-004: HTTPS only, TLS 1.2 or newer. TLS1_3 is in the service's list of values, but not supported as a minimum: never sent.
/// </summary>
public sealed class RequireEncryptedTransport(IArm arm) : ArmPatch(arm)
{
    private const string Https = "supportsHttpsTrafficOnly";
    private const string Tls = "minimumTlsVersion";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.RequireEncryptedTransport;

    /// <summary>Absent: true since 2019-04-01, and TLS1_0.</summary>
    protected override JsonObject Slice(JsonObject resource, JsonObject properties) => new()
    {
        [Https] = properties.Flag(Https) ?? true,
        [Tls] = properties.Text(Tls) ?? "TLS1_0",
    };

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var modern = live.Is(Tls, "TLS1_2") || live.Is(Tls, "TLS1_3");
        if (modern && live.Flag(Https) is true)
        {
            return new Desired.Nothing();
        }

        var to = live.With(Https, true);
        to[Tls] = modern ? live.Text(Tls) : "TLS1_2";
        return new Desired.Change(to, $"Let storage account {Shown(finding)} refuse plain HTTP and TLS older than 1.2.",
            Call(finding, live, to));
    }
}
