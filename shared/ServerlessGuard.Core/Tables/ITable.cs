namespace ServerlessGuard.Tables;

/// <summary>
/// What the federated table needs of a store: partitions of rows in key order, and several rows of one partition changed together or not at
/// all. DynamoDB, Azure Tables and SQLite each have one adapter; everything above this line is the same code in both clouds.
/// </summary>
/// <remarks>
/// Adapters retry throttling, 5xx and timeouts with backoff and jitter by themselves. What they cannot get done is a
/// <see cref="TableUnavailableException"/>: the caller gives the message back to its queue.
/// </remarks>
public interface ITable
{
    /// <summary>The row, or null. Strongly consistent.</summary>
    Task<TableRow?> FindAsync(string partition, string key, CancellationToken cancellation);

    /// <summary>Rows with from ≤ key &lt; to, in ordinal key order, paged as they are consumed. Strongly consistent.</summary>
    /// <param name="from">The first key, inclusive.</param>
    /// <param name="to">The end, exclusive.</param>
    /// <param name="limit">At most so many rows; null for all.</param>
    /// <param name="cancellation">Stops the paging.</param>
    IAsyncEnumerable<TableRow> QueryAsync(string partition, string from, string to, int? limit, CancellationToken cancellation);

    /// <summary>
    /// All writes or none. False when a condition did not hold: somebody else was there first, nothing was written, read again.
    /// </summary>
    /// <param name="partition">The one partition of all the writes.</param>
    /// <param name="writes">1 to <see cref="MaxWrites"/> writes, each of another key.</param>
    /// <param name="cancellation">Whether a cancelled commit took place is not known: read again.</param>
    Task<bool> CommitAsync(string partition, IReadOnlyList<TableWrite> writes, CancellationToken cancellation);

    /// <summary>The lower of DynamoDB's (TransactWriteItems) and Azure Tables' (entity group transaction) limits: both are 100.</summary>
    public const int MaxWrites = 100;
}
