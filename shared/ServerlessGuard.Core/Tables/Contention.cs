namespace ServerlessGuard.Tables;

/// <summary>
/// The one loop of contended writes: read, decide, commit; where another was there first, wait and read again. What is read and decided is
/// the caller's, and every attempt begins with reading.
/// </summary>
public static class Contention
{
    public const int MaxAttempts = 12;

    /// <summary>What the attempt that was not lost came to. <see cref="TableUnavailableException"/> when all were.</summary>
    /// <param name="what">Begins the sentence of the fault: <c>undo of X: 12 transactions in a row lost against others</c>.</param>
    /// <param name="attempt">Null: another was there first.</param>
    public static async Task<T> WinAsync<T>(this Backoff backoff, TimeProvider time, string what, Func<Task<T?>> attempt,
        CancellationToken cancellation)
        where T : class
    {
        for (var count = 1; ; count++)
        {
            if (await attempt() is { } result)
            {
                return result;
            }

            await LostAsync(backoff, time, what, count, cancellation);
        }
    }

    /// <summary>The same for an answer that is yes or no.</summary>
    public static async Task<bool> WinAsync(this Backoff backoff, TimeProvider time, string what, Func<Task<bool?>> attempt,
        CancellationToken cancellation)
    {
        for (var count = 1; ; count++)
        {
            if (await attempt() is { } result)
            {
                return result;
            }

            await LostAsync(backoff, time, what, count, cancellation);
        }
    }

    private static Task LostAsync(Backoff backoff, TimeProvider time, string what, int count, CancellationToken cancellation) =>
        count < MaxAttempts
        ? backoff.WaitAsync(count, time, cancellation)
        : throw new TableUnavailableException($"{what}: {MaxAttempts} transactions in a row lost against others");
}
