using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>Nobody who is not known can write or delete the objects of a bucket.</summary>
public sealed class ObjectStoreIsNotWritableByAnyone : Rule<ObjectStoreFacts>
{
    public override FactsKind Kind => FactsKind.ObjectStore;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-002",
        Title = "Object store is writable by anyone",
        Severity = Severity.Critical,
        Clouds = [Provider.Aws],
        Risk = "Anonymous write lets an outsider plant payloads or poison training sets.",
        Remediation = Remediations.BlockPublicAccess,
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("latent", "A public write grant is held back by a block"),
        ]),
    };

    protected override Verdict Evaluate(ObjectStoreFacts facts, RuleSettings settings) => facts.WritableByAnyone.Value switch
    {
        true => Verdict.NonCompliant("Anyone on the internet can write or delete objects.", facts.WritableByAnyone.Evidence),
        false when facts.LatentWrite is { } latent => Verdict.Compliant.With(
            new SubFinding("latent", Severity.High, "A public grant is only held back by a block: without it anyone can write.", latent)),
        false => Verdict.Compliant,
        null => facts.WritableByAnyone.Insufficient,
    };
}
