using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>An object store refuses plain HTTP and TLS older than 1.2.</summary>
public sealed class ObjectStoreRefusesPlainTransport : Rule<TransportFacts>
{
    public override FactsKind Kind => FactsKind.Transport;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-004",
        Title = "Object store accepts unencrypted transport",
        Severity = Severity.Medium,
        Risk = "Clear-text or legacy TLS lets an on-path party read data and replay signed requests.",
        Remediation = Remediations.RequireEncryptedTransport,
    };

    protected override Verdict Evaluate(TransportFacts facts, RuleSettings settings) =>
        (facts.EncryptedOnly & facts.ModernTlsOnly).Value switch
    {
        true => Verdict.Compliant,
        false when facts.EncryptedOnly.Value is false =>
            Verdict.NonCompliant("Requests may come over plain HTTP.", facts.EncryptedOnly.Evidence)
            .At(facts.IsPartial ? Severity.Low : Descriptor.Severity),
        false => Verdict.NonCompliant("TLS older than 1.2 is not refused.", facts.ModernTlsOnly.Evidence).At(Severity.Low),
        null => (facts.EncryptedOnly & facts.ModernTlsOnly).Insufficient,
    };
}
