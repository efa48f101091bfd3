using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page.Board;

/// <summary>
/// All findings of a table as slim rows in memory, so that any filter, order and page of them is an answer of milliseconds. Read once,
/// worst first, and kept up to date by whoever asks (<see cref="BoardReader"/>): nothing runs while nobody looks.
/// </summary>
internal sealed class FindingBoard
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, FindingRow> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, FindingStatus, Severity), int> _counts = [];
    private readonly SortedDictionary<string, AccountState> _accounts = new(StringComparer.Ordinal);
    private FindingRow[]? _snapshot;
    private int _unreadable;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised with every change that a reader could see.</summary>
    public long Version { get; private set; }

    public StringPool Pool { get; } = new();

    public History History { get; } = new();

    /// <summary>Everything was read at least once.</summary>
    public bool IsComplete { get; set; }

    /// <summary>The events of the last days were read.</summary>
    public bool HasHistory { get; set; }

    /// <summary>Rows that this version cannot read.</summary>
    public int Unreadable => _unreadable;

    public void CountUnreadable() => Interlocked.Increment(ref _unreadable);

    /// <summary>Why the table could not be read; null when it could.</summary>
    public string? Fault { get; set; }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _rows.Count;
            }
        }
    }

    /// <summary>As it is now; never changed afterwards.</summary>
    public (long Version, FindingRow[] Rows) Snapshot()
    {
        lock (_lock)
        {
            return (Version, _snapshot ??= [.. _rows.Values]);
        }
    }

    /// <summary>Takes what is newer than what is known. Gives whether anything was.</summary>
    public bool Take(IEnumerable<FindingRow> rows)
    {
        lock (_lock)
        {
            var any = false;
            foreach (var row in rows)
            {
                if (_rows.TryGetValue(row.Id, out var known))
                {
                    if (known.Revision >= row.Revision)
                    {
                        continue;
                    }

                    _counts[(known.Partition, known.Status, known.Severity)]--;
                }

                _rows[row.Id] = row;
                var place = (row.Partition, row.Status, row.Severity);
                _counts[place] = _counts.GetValueOrDefault(place) + 1;
                any = true;
            }

            _snapshot = any ? null : _snapshot;
            return any;
        }
    }

    /// <summary>The rows at hand are as many, of each status and severity, as the table counts.</summary>
    public bool Agrees(string partition, Summary counted)
    {
        lock (_lock)
        {
            return Enum.GetValues<FindingStatus>().All(status => Enum.GetValues<Severity>().All(severity =>
                _counts.GetValueOrDefault((partition, status, severity)) == counted[status, severity]));
        }
    }

    /// <summary>Tells those who wait.</summary>
    public void Publish()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            Version++;
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.TrySetResult();
    }

    /// <summary>Ends with the next <see cref="Publish"/>, or at once when the version is another one already.</summary>
    public Task ChangedAsync(long version)
    {
        lock (_lock)
        {
            return Version != version ? Task.CompletedTask : _changed.Task;
        }
    }

    public AccountState[] AccountList()
    {
        lock (_lock)
        {
            return [.. _accounts.Values];
        }
    }

    public AccountState Account(string partition)
    {
        lock (_lock)
        {
            if (!_accounts.TryGetValue(partition, out var state))
            {
                _accounts[partition] = state = new AccountState(partition);
            }

            return state;
        }
    }

    public static Provider ProviderOf(string partition) =>
        partition.StartsWith(RowKeys.Partition(Provider.Azure, string.Empty), StringComparison.Ordinal) ? Provider.Azure : Provider.Aws;
}
