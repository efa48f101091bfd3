using ServerlessGuard.Evaluations;

namespace ServerlessGuard.Cli.Spill;

/// <summary>The verdicts of a scan of any size.</summary>
internal sealed class VerdictShelf(int room) : IVerdictShelf, IDisposable
{
    private readonly Sorted<Kept> _kept = new(Kept.Order, new Form(), room);

    public void Add(Kept kept) => _kept.Add(kept);

    public IEnumerable<Kept> InOrder() => _kept.InOrder();

    public void Dispose() => _kept.Dispose();

    private sealed class Form : ISpillForm<Kept>
    {
        private readonly EvaluationForm _evaluations = new();

        public int WeightOf(Kept item) => EvaluationForm.WeightOf(item.Evaluation);

        public void Write(Kept item, SpillWriter writer)
        {
            writer.Count(item.Slot);
            writer.Count(item.Version);
            writer.Number(item.Number);
            _evaluations.Write(item.Evaluation, writer);
        }

        public Kept Read(SpillReader reader)
        {
            var (slot, version, number) = (reader.Count(), reader.Count(), reader.Number());
            return new Kept(_evaluations.Read(reader), slot, version, number);
        }
    }
}
