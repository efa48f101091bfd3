namespace ServerlessGuard.Tables;

/// <summary>Full-jitter exponential backoff for lost races: 0 to 20 ms, doubling, at most two seconds.</summary>
/// <param name="jitter">Evenly spread over 0 to 1.</param>
public sealed class Backoff(Func<double> jitter)
{
    /// <param name="attempt">From 1.</param>
    public Task WaitAsync(int attempt, TimeProvider time, CancellationToken cancellation)
    {
        var ceiling = Math.Min(2000, 20 * Math.Pow(2, attempt - 1));
        return Task.Delay(TimeSpan.FromMilliseconds(jitter() * ceiling), time, cancellation);
    }
}
