using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Findings;
using ServerlessGuard.Guides;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Frameworks;

internal enum ControlState
{
    /// <summary>Something was tested and held, and nothing failed.</summary>
    Passed,

    /// <summary>Also where every failure is accepted by an exemption: accepted is not passed.</summary>
    Failed,

    NotAssessed,
}

/// <summary>A failure behind a control.</summary>
internal sealed record ControlFinding(string Id, string Rule, Severity Severity, ResourceRef Resource, string Reason, bool IsAccepted);

/// <summary>What was found out about one control in one cloud.</summary>
internal sealed class ControlResult
{
    /// <summary>Failures that are shown; all are counted.</summary>
    public const int MostShown = 100;

    /// <summary>Rules that map to the control and exist in this cloud.</summary>
    public List<string> Rules { get; } = [];

    public int Passed { get; set; }
    public int Failed { get; private set; }

    /// <summary>Of the failed ones.</summary>
    public int Accepted { get; private set; }

    /// <summary>A fact was missing.</summary>
    public int Undecided { get; set; }

    public List<ControlFinding> Findings { get; } = [];

    public ControlState State => Failed > 0 ? ControlState.Failed : Passed > 0 ? ControlState.Passed : ControlState.NotAssessed;

    /// <summary>Why it was not assessed; null where it was.</summary>
    public string? Why(bool knowsPasses) => State is not ControlState.NotAssessed ? null
        : Rules.Count == 0 ? "no rule covers it"
        : !knowsPasses ? "a table says what failed, not what passed"
        : Undecided > 0 ? "data is missing"
        : "nothing that its rules are about";

    public void Fail(ControlFinding finding)
    {
        Failed++;
        Accepted += finding.IsAccepted ? 1 : 0;
        if (Findings.Count < MostShown)
        {
            Findings.Add(finding);
        }
    }
}

/// <summary>
/// The controls of a framework against verdicts. Sub-findings stand beside a rule's own condition and do not count for its controls.
/// </summary>
internal sealed class ControlResults
{
    private readonly Dictionary<(string Control, Provider Cloud), ControlResult> _results = [];
    private readonly Dictionary<string, string[]> _controls;

    /// <param name="knowsPasses">Verdicts of a scan say what passed; a table has findings only.</param>
    public ControlResults(Framework framework, IEnumerable<RuleDescriptor> rules, DateTimeOffset at, bool knowsPasses)
    {
        (Framework, At, KnowsPasses) = (framework, at, knowsPasses);
        var prefix = framework.Name + "/";
        var known = rules.DistinctBy(rule => rule.Id, StringComparer.Ordinal).ToList();
        _controls = known.ToDictionary(rule => rule.Id,
            rule => RuleGuides.Of(rule).Controls.Where(one => one.StartsWith(prefix, StringComparison.Ordinal))
                .Select(one => one[prefix.Length..]).Distinct(StringComparer.Ordinal).ToArray(), StringComparer.Ordinal);
        Controls = framework.With(_controls.Values.SelectMany(ids => ids));
        foreach (var control in Controls)
        {
            foreach (var cloud in framework.Clouds)
            {
                _results[(control.Id, cloud)] = new ControlResult();
            }
        }

        foreach (var rule in known)
        {
            foreach (var result in Of(rule.Id, framework.Clouds.Where(rule.IsIn)))
            {
                result.Rules.Add(rule.Id);
            }
        }
    }

    public Framework Framework { get; }
    public DateTimeOffset At { get; }
    public bool KnowsPasses { get; }
    public IReadOnlyList<Control> Controls { get; }

    public ControlResult this[Control control, Provider cloud] => _results[(control.Id, cloud)];

    /// <summary>How many controls are in this state in one cloud; the clouds are never added up.</summary>
    public int Count(Provider cloud, ControlState state) => Controls.Count(control => this[control, cloud].State == state);

    public void Add(IEnumerable<Evaluation> evaluations, Suppressions suppressions)
    {
        foreach (var evaluation in evaluations)
        {
            var (rule, subject, verdict) = evaluation;
            foreach (var result in Of(rule.Id, Framework.Clouds.Where(cloud => cloud == subject.Provider)))
            {
                switch (verdict.Compliance)
                {
                    case Compliance.Compliant:
                        result.Passed++;
                        break;
                    case Compliance.NonCompliant:
                        result.Fail(new ControlFinding(FindingId.Of(rule.Id, subject), rule.Id, evaluation.Severity, subject,
                            verdict.Reason ?? rule.Title, suppressions.Of(evaluation) is not null));
                        break;
                    case Compliance.InsufficientData:
                        result.Undecided++;
                        break;
                    case Compliance.NotApplicable:
                        break;
                }
            }
        }
    }

    /// <summary>Open and suppressed ones of a table.</summary>
    public void Add(Finding finding)
    {
        foreach (var result in Of(finding.RuleId, Framework.Clouds.Where(cloud => cloud == finding.Resource.Provider)))
        {
            result.Fail(new ControlFinding(finding.Id, finding.RuleId, finding.Severity, finding.Resource, finding.Reason,
                finding.Status is FindingStatus.Suppressed));
        }
    }

    private IEnumerable<ControlResult> Of(string rule, IEnumerable<Provider> clouds) =>
        _controls.GetValueOrDefault(rule, []).SelectMany(control => clouds.Select(cloud => _results[(control, cloud)]));
}
