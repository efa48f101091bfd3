using ServerlessGuard.Facts;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules;

/// <summary>One control, said once for both clouds over facts that readers found.</summary>
public abstract class Rule
{
    public abstract RuleDescriptor Descriptor { get; }

    /// <summary>The facts that this rule is about.</summary>
    public abstract FactsKind Kind { get; }

    /// <summary>Total and pure. Facts out of the rule's reach are NotApplicable before the rule's own switch is asked.</summary>
    public Verdict Judge(SubjectFacts facts, RuleSettings settings)
    {
        if (facts.OutOfReach is { } reason)
        {
            return Verdict.NotApplicable(reason);
        }

        var verdict = Decide(facts, settings);
        return facts.SubFindings.IsEmpty
            ? verdict
            : verdict.With(facts.SubFindings.Where(found => Descriptor.SubFindings.ContainsKey(found.Key)));
    }

    protected abstract Verdict Decide(SubjectFacts facts, RuleSettings settings);

    public override string ToString() => Descriptor.Id;
}

/// <inheritdoc/>
/// <typeparam name="TFacts">The facts record of <see cref="Rule.Kind"/>.</typeparam>
public abstract class Rule<TFacts> : Rule
    where TFacts : SubjectFacts
{
    protected sealed override Verdict Decide(SubjectFacts facts, RuleSettings settings) => facts is TFacts mine
        ? Evaluate(mine, settings)
        : throw new ArgumentException($"{Descriptor.Id} is about {typeof(TFacts).Name}, not {facts.GetType().Name}", nameof(facts));

    protected abstract Verdict Evaluate(TFacts facts, RuleSettings settings);
}
