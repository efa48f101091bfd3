using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules.Data;

/// <summary>Data lives in the regions that the team promised.</summary>
public sealed class DataStaysInAllowedRegions : Rule<ResidencyFacts>
{
    private static readonly Verdict NoPromise = Verdict.NotApplicable("allowedRegions has no list for this resource");
    private static readonly Verdict NoData = Verdict.NotApplicable("a type that holds no data (dataBearingTypes)");
    private static readonly Verdict Global = Verdict.NotApplicable("a global resource");

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
        if (settings.AllowedRegions.IsEmpty)
        {
            return NoPromise;
        }

        // A resource group's location is where its metadata is kept, whatever is in it.
        if (!settings.DataBearingTypes.Contains(facts.Subject.NativeType)
            || facts.Subject.NativeType.Equals("Microsoft.Resources/resourceGroups", StringComparison.OrdinalIgnoreCase))
        {
            return NoData;
        }

        if (!settings.AllowedRegions.TryGetValue(facts.DataClass ?? "default", out var allowed)
            && !settings.AllowedRegions.TryGetValue("default", out allowed))
        {
            return NoPromise;
        }

        return facts.Region switch
        {
            null => Verdict.InsufficientData("region (awsRegion, location)", "the record does not say where the resource lives"),
            "global" => Global,
            var region when allowed.Contains(region, StringComparer.OrdinalIgnoreCase) => Verdict.Compliant,
            var region =>
                Verdict.NonCompliant("The resource lives outside the allowed regions.", new Evidence("region", region),
                    new Evidence("allowedRegions", string.Join(", ", allowed))),
        };
    }
}
