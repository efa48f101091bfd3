using ServerlessGuard.Facts;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Evaluations;

/// <summary>Facts × rules → verdicts. Pure, total, deterministic, and safe to call from several threads.</summary>
public sealed partial class Assessor(RuleCatalog catalog, FactContext context, IReadOnlyList<DocumentRule> documentRules)
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
