using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Data;

/// <summary>Data lives in the regions that the team promised.</summary>
public sealed class DataStaysInAllowedRegions : Rule<ResidencyFacts>
{
    public override FactsKind Kind => FactsKind.Residency;

    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SG-DATA-001",
        Title = "Resource lives outside the allowed regions",
        Severity = Severity.High,
        Risk = "Residency promises break silently when a resource is created elsewhere.",
    };

    protected override Verdict Evaluate(ResidencyFacts facts, RuleSettings settings)
    {
        var (type, promises) = (facts.Subject.NativeType, settings.AllowedRegions);
        var isPromised = promises.TryGetValue(facts.DataClass ?? "default", out var allowed)
            || promises.TryGetValue("default", out allowed);

        // A resource group's location is where its metadata is kept, whatever is in it.
        var holdsData = settings.DataBearingTypes.Contains(type)
            && !type.Equals("Microsoft.Resources/resourceGroups", StringComparison.OrdinalIgnoreCase);
        return promises.IsEmpty || holdsData && !isPromised ? Verdict.NotApplicable("allowedRegions has no list for this resource")
            : !holdsData ? Verdict.NotApplicable("a type that holds no data (dataBearingTypes)")
            : facts.Region switch
            {
                null => Verdict.InsufficientData("region (awsRegion, location)", "the record does not say where the resource lives"),
                "global" => Verdict.NotApplicable("a global resource"),
                var region when allowed.Contains(region, StringComparer.OrdinalIgnoreCase) => Verdict.Compliant,
                var region => Verdict.NonCompliant("The resource lives outside the allowed regions.",
                    new Evidence("region", region), new Evidence("allowedRegions", string.Join(", ", allowed))),
            };
    }
}
