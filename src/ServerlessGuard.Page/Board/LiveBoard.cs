using ServerlessGuard.Tables;

namespace ServerlessGuard.Page.Board;

/// <summary>
/// A board that is current for whoever asks: the first request starts the reading, later ones look again, at most once a second and one at
/// a time.
/// </summary>
internal sealed class LiveBoard : IDisposable
{
    /// <summary>
    /// One account is looked at every second; many share a longer round, so that a table of the cloud is asked about 25 times a second at
    /// most.
    /// </summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly BoardReader _reader;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private Task? _loading;
    private long _looked;

    private readonly Func<CancellationToken, Task<bool>> _besides;

    /// <param name="table">Where the findings are.</param>
    /// <param name="besides">Asked at each look: whether anything else that is shown has changed.</param>
    public LiveBoard(ITable table, TimeProvider time, Func<CancellationToken, Task<bool>> besides)
    {
        (_time, _besides) = (time, besides);
        _reader = new BoardReader(table, Board, time);
    }

    public FindingBoard Board { get; } = new();

    /// <summary>Starts reading when nobody has. Does not wait.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_loading is null || _loading.IsCompleted && !Board.HasHistory && _time.GetElapsedTime(_looked) > Shortest)
            {
                _looked = _time.GetTimestamp();
                _loading = Task.Run(() => Guarded(_reader.LoadAsync, _ended.Token), CancellationToken.None);
            }
        }
    }

    /// <summary>Waits for a version above the given one, at most as long as said. Gives the version.</summary>
    public async Task<long> ChangedAsync(long after, TimeSpan wait, CancellationToken cancellation)
    {
        var began = _time.GetTimestamp();
        while (true)
        {
            Begin();
            await LookAsync(cancellation);
            var left = wait - _time.GetElapsedTime(began);
            if (Board.Version > after || left <= TimeSpan.Zero)
            {
                return Board.Version;
            }

            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            await Task.WhenAny(Board.ChangedAsync(after), Task.Delay(left < Interval ? left : Interval, _time, pause.Token));
            await pause.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        _turn.Dispose();
    }

    private TimeSpan Interval => TimeSpan.FromMilliseconds(Math.Max(Shortest.TotalMilliseconds, Board.AccountList().Length * 80));

    private async Task LookAsync(CancellationToken cancellation)
    {
        if (!Board.HasHistory || !await _turn.WaitAsync(0, cancellation))
        {
            return;
        }

        try
        {
            if (_time.GetElapsedTime(_looked) >= Interval)
            {
                _looked = _time.GetTimestamp();
                await Guarded(RefreshAsync, cancellation);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task RefreshAsync(CancellationToken cancellation)
    {
        await _reader.RefreshAsync(cancellation);
        if (await _besides(cancellation))
        {
            Board.Publish();
        }
    }

    /// <summary>A table that is away is shown as such, and asked again.</summary>
    private async Task Guarded(Func<CancellationToken, Task> work, CancellationToken cancellation)
    {
        string? fault = null;
        try
        {
            await work(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
        catch (Exception away) when (away is not OperationCanceledException)
        {
            // Whatever the store says, a file that is none as well as a cloud that is away: the page says so and stays.
            fault = away.Message;
        }

        if (Board.Fault != fault)
        {
            Board.Fault = fault;
            Board.Publish();
        }
    }
}
