using ServerlessGuard.Facts;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Evaluations;

/// <summary>Which facts of a resource are judged at once, and which wait for others.</summary>
public sealed partial class Assessor
{
    /// <param name="reader">The type's reader, if there is one.</param>
    /// <param name="work">Where the verdicts and facts go.</param>
    /// <param name="neighboursOnly">
    /// The resource has its verdicts already, but others are still joined with it: what is not recorded is unknown to them, not absent.
    /// </param>
    private void Read(FactReader? reader, Work work, bool neighboursOnly = false)
    {
        if (reader is null)
        {
            return;
        }

        var facts = new List<SubjectFacts>(8);
        Guarded(reader.GetType().Name, work.Resource.Ref, work.Faults, () =>
        {
            reader.Read(work.Resource, Context, facts);
            foreach (var one in facts.Where(one => !neighboursOnly || one is NeighbourFacts))
            {
                // A tag of one resource says nothing about the account that many resources speak of.
                var shift = one is JoinedFacts { IsShared: true } && one.Subject.Key != work.Resource.Ref.Key ? 0 : work.Shift;
                Sort(shift == 0 ? one : one with { SeverityShift = shift }, work);
            }
        });
    }

    /// <summary>The rules on every type, with or without a reader. A status decides only what the settings leave to it.</summary>
    private void EveryType(Work work, Verdict? status)
    {
        var resource = work.Resource;
        if (AwsAnswerTypes.Is(resource.Ref.NativeType) || resource.Ref.NativeType is GraphTypes.SignInActivity)
        {
            // What a source says about a user or a function, not a resource that could be somewhere.
            return;
        }

        var facts = new ResidencyFacts(resource.Ref)
            { Region = resource.Ref.Region, DataClass = resource.Tags[Context.Settings.DataClassTag] };
        JudgeOrStatus(facts, work, status);
        JudgeOrStatus(new TagClaimFacts(resource.Ref) { Claims = LenientTags.Of(resource, Context.Settings) }, work, status);
    }

    private void JudgeOrStatus(SubjectFacts facts, Work work, Verdict? status)
    {
        foreach (var rule in catalog.About(facts.Kind, facts.Subject.Provider))
        {
            var verdict = rule.Judge(facts, Context.Settings);
            work.Add(rule.Descriptor, facts.Subject, status is null || verdict.Compliance is Compliance.NotApplicable ? verdict : status);
        }
    }

    private void Sort(SubjectFacts facts, Work work)
    {
        switch (facts)
        {
            case NeighbourFacts neighbour:
                work.Neighbours.Add(neighbour);
                break;
            case JoinedFacts { NeedsNobody: true } ready:
                if (ready.Complete(_nobody) is { } complete)
                {
                    Judge(complete, work);
                }

                break;
            case JoinedFacts joined:
                work.Waiting.Add(joined);
                break;
            default:
                Judge(facts, work);
                break;
        }
    }

    private void Judge(SubjectFacts facts, Work work)
    {
        foreach (var rule in catalog.About(facts.Kind, facts.Subject.Provider))
        {
            work.Add(rule.Descriptor, facts.Subject, rule.Judge(facts, Context.Settings));
        }
    }

    private void JudgeDocument(Work work)
    {
        foreach (var rule in documentRules)
        {
            if (rule.NativeType.Equals(work.Resource.Ref.NativeType, StringComparison.OrdinalIgnoreCase))
            {
                work.Add(rule.Descriptor, work.Resource.Ref, rule.Judge(work.Resource));
            }
        }
    }

    private void All(FactReader? reader, Work work, Verdict verdict)
    {
        foreach (var kind in reader?.Gives ?? [])
        {
            All(kind, work, verdict);
        }
    }

    private void All(FactsKind kind, Work work, Verdict verdict)
    {
        foreach (var rule in catalog.About(kind, work.Resource.Ref.Provider))
        {
            work.Add(rule.Descriptor, work.Resource.Ref, verdict);
        }
    }

    private int SeverityShift(Resource resource)
    {
        var shift = 0;
        foreach (var change in Context.Settings.SeverityOverrides)
        {
            if (change.AppliesTo(resource.Tags[change.Tag], Context.Settings))
            {
                shift += change.Raises ? 1 : -1;
            }
        }

        return shift;
    }
}
