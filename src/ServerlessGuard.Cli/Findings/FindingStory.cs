using ServerlessGuard.Findings;
using ServerlessGuard.Guides;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Findings;

/// <summary>One finding, whole: what, where, why, the proof, the fix, what was done about it, and every step of its life.</summary>
internal static class FindingStory
{
    public static async Task WriteAsync(Finding finding, IAsyncEnumerable<FindingEvent> story, TextWriter output)
    {
        var rule = RuleCatalog.BuiltIn.Find(SubFinding.RuleOf(finding.RuleId))?.Descriptor;
        output.WriteLine(
            $"{finding.Severity.ToString().ToUpperInvariant()}  {Terminal.Safe(finding.RuleId)}  {Terminal.Safe(finding.Title)}");
        Term(output, "finding", finding.Id);
        Term(output, "status", FindingFormats.State(finding));
        Term(output, "resource", $"{finding.Resource.Id}  {FindingFormats.Where(finding.Resource)}");
        Term(output, "type", finding.Resource.NativeType);
        Term(output, "what", finding.Reason);
        foreach (var evidence in finding.Evidence)
        {
            Term(output, "evidence", evidence.ToString());
        }

        Term(output, "why", rule?.Risk);
        Term(output, "fix", rule is null ? null : RuleGuides.Of(rule).In(finding.Resource.Provider)?.Fix);
        Term(output, "seen by", finding.DetectedBy.ToString().ToLowerInvariant());
        Term(output, "actor", finding.Actor);
        Term(output, "never touch", finding.NeverTouch ? "a tag of the resource forbids any change by ServerlessGuard" : null);
        Treatment(output, finding);
        Term(output, "stages", Stages(finding.Stages));
        output.WriteLine();
        await foreach (var step in story)
        {
            output.WriteLine($"  {TimelineFormats.Line(step)} {step.Status.ToString().ToLowerInvariant()}, revision {step.Revision}");
            output.WriteLine($"      {TimelineFormats.Detail(step)}");
        }
    }

    private static void Treatment(TextWriter output, Finding finding)
    {
        Term(output, "remediation", finding.Remediation);
        if (finding.Treatment is not { } treatment)
        {
            return;
        }

        Term(output, "treatment",
            $"{treatment.State.ToString().ToLowerInvariant()} at "
                + $"{FindingFormats.Time(treatment.At)}{(treatment.By is { } by ? ", by " + by : string.Empty)}{(treatment.Detail is { } detail ? ": " + detail : string.Empty)}");
        if (treatment.Plan is { } plan)
        {
            Term(output, "plan", $"{plan.Sentence} ({plan.Id}, made {FindingFormats.Time(plan.PlannedAt)})");
            Term(output, "call", plan.Call);
            Term(output, "needs", string.Join(", ", plan.Permissions));
            Term(output, "risk", plan.Risk.ToString().ToLowerInvariant());
            Term(output, "before", plan.Before);
            Term(output, "after", plan.After);
        }

        Term(output, "fixed at", treatment.Fixes.IsDefaultOrEmpty ? null : string.Join(", ", treatment.Fixes.Select(FindingFormats.Time)));
    }

    /// <summary>Each stage that was passed, after the one before it.</summary>
    private static string Stages(FindingStages stages)
    {
        var passed = new List<string>();
        DateTimeOffset? before = null;
        foreach (var (name, at) in new[]
        {
            ("captured", stages.Captured), ("delivered", stages.Delivered), ("evaluated", stages.Evaluated), ("recorded", stages.Recorded),
            ("remediated", stages.Remediated), ("federated", stages.Federated), ("notified", stages.Notified),
        })
        {
            if (at is { } time)
            {
                passed.Add(before is { } earlier
                    ? $"{name} {(time < earlier ? "-" : "+")}{Span((time - earlier).Duration())}"
                    : $"{name} {FindingFormats.Time(time)}");
                before = time;
            }
        }

        return string.Join(", ", passed);
    }

    private static string Span(TimeSpan span) => span.TotalSeconds < 120 ? $"{span.TotalSeconds:F3} s" : Tables.TableCommands.Age(span);

    private static void Term(TextWriter output, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            output.WriteLine($"  {name,-12} {Terminal.Safe(text)}");
        }
    }
}
