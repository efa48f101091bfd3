using ServerlessGuard.Cli.Spill;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Reports;

/// <summary>Rows of one rule and severity; they stand under one heading.</summary>
internal sealed class TableGroup(TableRow first)
{
    public TableRow First { get; } = first;

    /// <summary>In the order of their rows.</summary>
    public List<Provider> Providers { get; } = [];

    /// <summary>All rows say the same, so that it is said once.</summary>
    public bool HasOneReason { get; private set; } = true;

    public void Add(TableRow row)
    {
        HasOneReason &= row.Reason.Equals(First.Reason, StringComparison.Ordinal);
        if (!Providers.Contains(row.Evaluation.Subject.Provider))
        {
            Providers.Add(row.Evaluation.Subject.Provider);
        }
    }
}

/// <summary>The rows of a report in the order of the table, however many.</summary>
internal sealed class TableRows : IDisposable
{
    private readonly Sorted<TableRow> _rows;
    private readonly Sorted<(int Group, TableRow Row)> _regrouped;
    private readonly List<TableGroup> _order = [];

    private TableRows(int room)
    {
        _rows = new(TableRow.Order, new Form(), room);
        _regrouped = new(
            Comparer<(int Group, TableRow Row)>.Create(static (left, right) =>
                left.Group != right.Group ? left.Group.CompareTo(right.Group) : TableRow.Order.Compare(left.Row, right.Row)),
            new GroupForm(), room);
    }

    public static TableRows Of(Report report)
    {
        var rows = new TableRows(report.Room);
        long number = 0;
        foreach (var evaluation in report.Shown)
        {
            var verdict = evaluation.Verdict;
            if ((report.AllVerdicts || verdict.Compliance is Compliance.NonCompliant) && report.Suppressions.Of(evaluation) is null)
            {
                rows._rows.Add(new TableRow(evaluation, -1, number++));
            }

            for (var i = 0; i < verdict.SubFindings.Length; i++)
            {
                if (report.Suppressions.Of(evaluation, verdict.SubFindings[i]) is null)
                {
                    rows._rows.Add(new TableRow(evaluation, i, number++));
                }
            }
        }

        return rows;
    }

    /// <summary>
    /// Group after group. What a heading says depends on all its rows, so they are gone through twice; where the rows of one heading do not
    /// stand together (a rule's failures, and far below what complies with it), they are sorted once more.
    /// </summary>
    public IEnumerable<(TableGroup Group, TableRow Row)> Grouped()
    {
        var numbers = new Dictionary<(Severity, string, string), int>();
        var together = true;
        foreach (var row in _rows.InOrder())
        {
            var key = (row.Severity, row.Id, row.Title);
            if (!numbers.TryGetValue(key, out var number))
            {
                numbers[key] = number = _order.Count;
                _order.Add(new TableGroup(row));
            }

            together &= number == _order.Count - 1;
            _order[number].Add(row);
        }

        var grouped = _rows.InOrder().Select(row => (Group: numbers[(row.Severity, row.Id, row.Title)], Row: row));
        if (!together)
        {
            foreach (var row in grouped)
            {
                _regrouped.Add(row);
            }

            grouped = _regrouped.InOrder();
        }

        return grouped.Select(row => (_order[row.Group], row.Row));
    }

    public void Dispose()
    {
        _rows.Dispose();
        _regrouped.Dispose();
    }

    private sealed class Form : ISpillForm<TableRow>
    {
        private readonly EvaluationForm _evaluations = new();

        public int WeightOf(TableRow item) => EvaluationForm.WeightOf(item.Evaluation);

        public void Write(TableRow item, SpillWriter writer)
        {
            writer.Count(item.Part);
            writer.Number(item.Number);
            _evaluations.Write(item.Evaluation, writer);
        }

        public TableRow Read(SpillReader reader)
        {
            var (part, number) = (reader.Count(), reader.Number());
            return new TableRow(_evaluations.Read(reader), part, number);
        }
    }

    private sealed class GroupForm : ISpillForm<(int Group, TableRow Row)>
    {
        private readonly Form _rows = new();

        public int WeightOf((int Group, TableRow Row) item) => _rows.WeightOf(item.Row);

        public void Write((int Group, TableRow Row) item, SpillWriter writer)
        {
            writer.Count(item.Group);
            _rows.Write(item.Row, writer);
        }

        public (int Group, TableRow Row) Read(SpillReader reader)
        {
            var group = reader.Count();
            return (group, _rows.Read(reader));
        }
    }
}
