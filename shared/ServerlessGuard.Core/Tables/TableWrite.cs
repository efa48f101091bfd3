namespace ServerlessGuard.Tables;

/// <summary>One write of a transaction.</summary>
public abstract record TableWrite
{
    private TableWrite()
    {
    }

    public abstract string Key { get; }

    /// <summary>The row must not exist yet.</summary>
    public sealed record Insert(TableRow Row) : TableWrite
    {
        public override string Key => Row.Key;
    }

    /// <summary>The row must still have the version that it was read with.</summary>
    public sealed record Replace(TableRow Row) : TableWrite
    {
        public override string Key => Row.Key;
    }

    /// <summary>Whether or not there is such a row: its content follows from a row that is guarded in the same transaction.</summary>
    public sealed record Put(TableRow Row) : TableWrite
    {
        public override string Key => Row.Key;
    }

    /// <summary>
    /// With a version: the row must still have it. Without: gone is gone, but the row must exist in stores that insist (see the adapters).
    /// </summary>
    public sealed record Delete(string RowKey, string? Version) : TableWrite
    {
        public override string Key => RowKey;
    }

    /// <summary>Insert or Replace, whichever the row's version says.</summary>
    public static TableWrite Guarded(TableRow row) => row.Version is null ? new Insert(row) : new Replace(row);
}
