using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Storage;

/// <summary>Nobody who is not known can read or list the objects of a bucket or storage account.</summary>
public sealed class ObjectStoreIsNotReadableByAnyone : Rule<ObjectStoreFacts>
{
    public override FactsKind Kind => FactsKind.ObjectStore;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-STOR-001",
        Title = "Object store is readable by anyone",
        Severity = Severity.Critical,
        Risk = "Anonymous reads of buckets and containers are the most common way training data and customer exports leak.",
        Remediation = Remediations.BlockPublicAccess,
        SubFindings = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create("latent", "A public read grant is held back by a block"),
        ]),
    };

    protected override Verdict Evaluate(ObjectStoreFacts facts, RuleSettings settings) => facts.ReadableByAnyone.Value switch
    {
        true => Verdict.NonCompliant("Anyone on the internet can read the objects.", facts.ReadableByAnyone.Evidence),
        false when facts.LatentRead is { } latent => Verdict.Compliant.With(
            new SubFinding("latent", Severity.High, "A public grant is only held back by a block: without it the objects are public.",
                latent)),
        false => Verdict.Compliant,
        null => facts.ReadableByAnyone.Insufficient,
    };
}
