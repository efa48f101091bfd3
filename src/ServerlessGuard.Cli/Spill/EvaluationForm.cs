using System.Collections.Immutable;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Spill;

/// <summary>An evaluation, whole. Rules are written as numbers: they are few and stay in memory.</summary>
internal sealed class EvaluationForm
{
    private readonly List<RuleDescriptor> _rules = [];
    private readonly Dictionary<RuleDescriptor, int> _numbers = new(ReferenceEqualityComparer.Instance);

    public static int WeightOf(Evaluation evaluation)
    {
        var (subject, verdict) = (evaluation.Subject, evaluation.Verdict);
        var characters = subject.Id.Length + (verdict.Reason?.Length ?? 0) + (verdict.Missing?.Length ?? 0) + (subject.Name?.Length ?? 0);
        foreach (var evidence in verdict.Evidence)
        {
            characters += evidence.Path.Length + evidence.Value.Length + 40;
        }

        foreach (var found in verdict.SubFindings)
        {
            characters += found.Reason.Length + found.Evidence.Path.Length + found.Evidence.Value.Length + 100;
        }

        return 500 + (2 * characters);
    }

    public void Write(Evaluation evaluation, SpillWriter writer)
    {
        if (!_numbers.TryGetValue(evaluation.Rule, out var number))
        {
            _numbers[evaluation.Rule] = number = _rules.Count;
            _rules.Add(evaluation.Rule);
        }

        writer.Count(number);
        Subject(evaluation.Subject, writer);
        Time(evaluation.CapturedAt, writer);
        writer.Count(evaluation.SeverityShift);
        var verdict = evaluation.Verdict;
        writer.Small((int)verdict.Compliance);
        writer.Small(verdict.Severity is { } severity ? (int)severity : 0);
        writer.Text(verdict.Reason);
        writer.Text(verdict.Missing);
        writer.Count(verdict.Evidence.Length);
        foreach (var evidence in verdict.Evidence)
        {
            Write(evidence, writer);
        }

        writer.Count(verdict.SubFindings.Length);
        foreach (var found in verdict.SubFindings)
        {
            writer.Text(found.Key);
            writer.Small((int)found.Severity);
            writer.Text(found.Reason);
            Write(found.Evidence, writer);
        }
    }

    public Evaluation Read(SpillReader reader)
    {
        var rule = _rules[reader.Count()];
        var subject = Subject(reader);
        var captured = Time(reader);
        return new Evaluation(rule, subject, VerdictOf(reader, out var shift)) { CapturedAt = captured, SeverityShift = shift };
    }

    private static Verdict VerdictOf(SpillReader reader, out int shift)
    {
        shift = reader.Count();
        var compliance = (Compliance)reader.Small();
        var severity = (Severity)reader.Small();
        var reason = reader.Text();
        var missing = reader.Text();
        var evidence = new Evidence[reader.Count()];
        for (var i = 0; i < evidence.Length; i++)
        {
            evidence[i] = Evidence(reader);
        }

        var verdict = compliance switch
        {
            Compliance.Compliant => Verdict.Compliant,
            Compliance.NonCompliant => Verdict.NonCompliant(reason!, evidence),
            Compliance.NotApplicable => Verdict.NotApplicable(reason!),
            Compliance.InsufficientData => Verdict.InsufficientData(missing!, reason!),
        };
        var found = ImmutableArray.CreateBuilder<SubFinding>();
        for (var left = reader.Count(); left > 0; left--)
        {
            found.Add(new SubFinding(reader.Text()!, (Severity)reader.Small(), reader.Text()!, Evidence(reader)));
        }

        verdict = found.Count == 0 ? verdict : verdict.With(found);
        return severity == default ? verdict : verdict.At(severity);
    }

    private static void Subject(ResourceRef subject, SpillWriter writer)
    {
        writer.Small((int)subject.Provider);
        writer.Text(subject.NativeType);
        writer.Text(subject.Id);
        writer.Text(subject.Account);
        writer.Text(subject.Region);
        writer.Text(subject.Name);
    }

    private static ResourceRef Subject(SpillReader reader) => new()
    {
        Provider = (Provider)reader.Small(),
        NativeType = reader.Text()!,
        Id = reader.Text()!,
        Account = reader.Text(),
        Region = reader.Text(),
        Name = reader.Text(),
    };

    private static void Time(DateTimeOffset? time, SpillWriter writer)
    {
        writer.Number(time?.Ticks ?? -1);
        writer.Number(time?.Offset.Ticks ?? 0);
    }

    private static DateTimeOffset? Time(SpillReader reader)
    {
        var (ticks, offset) = (reader.Number(), reader.Number());
        return ticks < 0 ? null : new DateTimeOffset(ticks, new TimeSpan(offset));
    }

    private static void Write(Evidence evidence, SpillWriter writer)
    {
        writer.Text(evidence.Path);
        writer.Text(evidence.Value);
    }

    private static Evidence Evidence(SpillReader reader) => new(reader.Text()!, reader.Text()!);
}
