namespace ServerlessGuard.Azure.Events;

/// <summary>
/// One read of a resource serves every event that arrived before the read began: of a burst of a hundred events the first is served at
/// once, the rest by one more read. What is remembered is work in flight only; a killed process loses nothing that the platform does not
/// deliver again.
/// </summary>
/// <param name="work">Reads and judges one resource for all that arrived. Its fault is everybody's.</param>
/// <param name="limit">How many resources at once.</param>
/// <param name="deadline">How long one run may take.</param>
public sealed class BurstGate<TArrival, TResult>(
    Func<string, IReadOnlyList<TArrival>, CancellationToken, Task<TResult>> work, int limit, TimeSpan deadline,
    TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _free = new(limit);

    /// <param name="key">Events of one key are one resource's.</param>
    /// <param name="cancellation">Ends the waiting, not the run: others wait for it too.</param>
    public Task<TResult> RunAsync(string key, TArrival arrival, CancellationToken cancellation)
    {
        Flight flight;
        lock (_lock)
        {
            if (!_slots.TryGetValue(key, out var slot))
            {
                _slots[key] = slot = new Slot { Running = flight = new Flight() };
                flight.Arrivals.Add(arrival);
                _ = FlyAsync(key, slot, flight);
            }
            else
            {
                flight = slot.Running.HasBegun ? slot.Next ??= new Flight() : slot.Running;
                flight.Arrivals.Add(arrival);
            }
        }

        return flight.Done.Task.WaitAsync(cancellation);
    }

    public void Dispose() => _free.Dispose();

    private async Task FlyAsync(string key, Slot slot, Flight flight)
    {
        await Task.Yield();
        while (true)
        {
            await _free.WaitAsync();
            try
            {
                lock (_lock)
                {
                    flight.HasBegun = true;
                }

                using var limited = new CancellationTokenSource(deadline, time);
                flight.Done.TrySetResult(await work(key, flight.Arrivals, limited.Token));
            }
#pragma warning disable CA1031 // Whatever it was, it is handed to everybody who waits.
            catch (Exception fault)
            {
                flight.Done.TrySetException(fault);
                _ = flight.Done.Task.Exception; // Seen, even when all who waited have left.
            }
#pragma warning restore CA1031
            finally
            {
                _free.Release();
            }

            lock (_lock)
            {
                if (slot.Next is not { } next)
                {
                    _slots.Remove(key);
                    return;
                }

                (slot.Running, slot.Next) = (next, null);
                flight = next;
            }
        }
    }

    private sealed class Slot
    {
        public required Flight Running { get; set; }

        public Flight? Next { get; set; }
    }

    private sealed class Flight
    {
        public List<TArrival> Arrivals { get; } = [];

        public TaskCompletionSource<TResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool HasBegun { get; set; }
    }
}
