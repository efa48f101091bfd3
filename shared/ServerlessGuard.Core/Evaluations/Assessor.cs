using ServerlessGuard.Facts;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Evaluations;

/// <summary>Facts × rules → verdicts. Pure, total, deterministic, and safe to call from several threads.</summary>
public sealed class Assessor(RuleCatalog catalog, FactContext context, IReadOnlyList<DocumentRule> documentRules)
{
    private static readonly Verdict Deleted = Verdict.NotApplicable("the resource was deleted");
    private static readonly Verdict LeftScope = Verdict.NotApplicable("the resource left the scope of the Config rule");
    private static readonly Verdict NotRecorded =
        Verdict.InsufficientData("configuration", "AWS Config does not record this type: its configuration is not known");

    private readonly Neighbours _nobody = new(context);

    public FactContext Context { get; } = context;

    /// <summary>What the rule is about; null for a document rule.</summary>
    public FactsKind? KindOf(string ruleId) => catalog.Find(ruleId)?.Kind;

    public Assessment Assess(Resource resource)
    {
        var work = new Work(resource, SeverityShift(resource));
        var reader = FactReaders.For(resource.Ref.NativeType);
        switch (resource.Status)
        {
            case ResourceStatus.Deleted when reader?.ReadsDeleted == true:
                Read(reader, work);
                Rest(reader, work, Deleted);
                EveryType(work, Deleted);
                break;
            case ResourceStatus.Deleted:
                All(reader, work, Deleted);
                EveryType(work, Deleted);
                break;
            case ResourceStatus.LeftScope:
                All(reader, work, LeftScope);
                EveryType(work, LeftScope);
                Read(reader, work, neighboursOnly: true);
                break;
            case ResourceStatus.NotRecorded when reader?.ReadsUnrecorded == true:
                work = work with { Resource = resource with { Document = default, Configuration = default, Supplementary = default } };
                Read(reader, work);
                Rest(reader, work, NotRecorded);
                EveryType(work, NotRecorded);
                break;
            case ResourceStatus.NotRecorded:
                All(reader, work, NotRecorded);
                EveryType(work, NotRecorded);
                work = work with { Resource = resource with { Document = default, Configuration = default, Supplementary = default } };
                Read(reader, work, neighboursOnly: true);
                break;
            case ResourceStatus.Recorded:
                Read(reader, work);
                EveryType(work, null);
                JudgeDocument(work);
                break;
        }

        return work.Done();
    }

    /// <summary>The verdicts on facts that waited for others, after everything was read; a bug of ours costs this subject only.</summary>
    public IReadOnlyList<Evaluation> Complete(JoinedFacts waiting, Neighbours neighbours, DateTimeOffset? capturedAt,
        ICollection<string> faults)
    {
        var evaluations = new List<Evaluation>(2);
        Guarded(waiting.GetType().Name, waiting.Subject, faults, () =>
        {
            if (waiting.Complete(neighbours) is not { } facts)
            {
                return;
            }

            facts = facts with { SeverityShift = waiting.SeverityShift };
            foreach (var rule in catalog.About(facts.Kind, facts.Subject.Provider))
            {
                evaluations.Add(new Evaluation(rule.Descriptor, facts.Subject, rule.Judge(facts, Context.Settings))
                {
                    CapturedAt = capturedAt,
                    SeverityShift = facts.SeverityShift,
                });
            }
        });
        return evaluations;
    }

    /// <summary>A reader or rule that throws is a bug of ours. It is kept and counted: the one broad catch of the core.</summary>
    private static void Guarded(string what, ResourceRef subject, ICollection<string> faults, Action work)
    {
#pragma warning disable CA1031
        try
        {
            work();
        }
        catch (Exception fault)
        {
            faults.Add($"{what} on {subject.Id}: {fault.GetType().Name}: {fault.Message}");
        }
#pragma warning restore CA1031
    }

    /// <summary>The verdict on what the reader gives for other items, and has not given for this one.</summary>
    private void Rest(FactReader reader, Work work, Verdict verdict)
    {
        foreach (var kind in reader.Gives.Where(kind => !work.Evaluations.Exists(done => Kind(done) == kind)
            && !work.Waiting.Exists(waiting => waiting.Kind == kind && waiting.Subject == work.Resource.Ref)))
        {
            All(kind, work, verdict);
        }
    }

    private FactsKind? Kind(Evaluation evaluation) => KindOf(evaluation.Rule.Id);

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

    private sealed record Work(Resource Resource, int Shift)
    {
        public List<Evaluation> Evaluations { get; } = new(8);
        public List<JoinedFacts> Waiting { get; } = [];
        public List<NeighbourFacts> Neighbours { get; } = [];
        public List<string> Faults { get; } = [];

        public void Add(RuleDescriptor rule, ResourceRef subject, Verdict verdict) =>
            Evaluations.Add(new Evaluation(rule, subject, verdict) { CapturedAt = Resource.CapturedAt, SeverityShift = Shift });

        public Assessment Done() => new(Resource.Ref)
        {
            CapturedAt = Resource.CapturedAt,
            Status = Resource.Status,
            IsObserved = Resource.IsObserved,
            Evaluations = Evaluations,
            Waiting = Waiting,
            Neighbours = Neighbours,
            Faults = Faults,
        };
    }
}
