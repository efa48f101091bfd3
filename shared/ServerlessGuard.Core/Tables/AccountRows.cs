namespace ServerlessGuard.Tables;

/// <summary>The directory's list of accounts, by which every walk finds them.</summary>
public static class AccountRows
{
    public static TableRow Row(string partition) => new(RowKeys.Directory, RowKeys.Account(partition), RowKind.Account, "{}");

    public static async Task<bool> IsListedAsync(this ITable table, string partition, CancellationToken cancellation) =>
        await table.FindAsync(RowKeys.Directory, RowKeys.Account(partition), cancellation) is not null;

    /// <summary>An account is listed before it has its first row, so that no row is ever out of sight.</summary>
    public static async Task RegisterAsync(this ITable table, string partition, CancellationToken cancellation)
    {
        if (!await table.IsListedAsync(partition, cancellation))
        {
            // Lost to another: it is listed all the same.
            await table.CommitAsync(RowKeys.Directory, [new TableWrite.Insert(Row(partition))], cancellation);
        }
    }
}
