using ServerlessGuard.Tables;

namespace ServerlessGuard.Findings;

/// <summary>Findings, the steps of their lives, their counters and the resources that they are about, as rows.</summary>
public static class FindingRows
{
    public static Finding Finding(TableRow row) => Rows.Read(row, FindingsJson.Default.Finding);

    public static FindingEvent Event(TableRow row) => Rows.Read(row, FindingsJson.Default.FindingEvent);

    public static ResourceState Resource(TableRow row) => Rows.Read(row, FindingsJson.Default.ResourceState);

    public static Summary Summary(TableRow? row) => row is null ? Findings.Summary.Empty : Rows.Read(row, FindingsJson.Default.Summary);

    public static TableRow Row(string partition, Finding finding, string? version) =>
        Rows.Write(partition, FindingKeys.Finding(finding), RowKind.Finding, finding, FindingsJson.Default.Finding) with
            { Version = version };

    /// <summary>Its place in the lists.</summary>
    public static TableRow IndexRow(string partition, Finding finding) =>
        Rows.Write(partition, FindingKeys.Index(finding), RowKind.Index, finding, FindingsJson.Default.Finding);

    public static TableRow Row(string partition, string key, FindingEvent step) =>
        Rows.Write(partition, key, RowKind.Event, step, FindingsJson.Default.FindingEvent) with
            { ExpiresAt = step.RecordedAt + Rows.StoryLife };

    public static TableRow Row(string partition, ResourceState state, string? version)
    {
        var key = FindingKeys.Resource(RowKeys.Hash(state.Resource));
        return Rows.Write(partition, key, RowKind.Resource, state, FindingsJson.Default.ResourceState) with { Version = version };
    }

    public static TableRow Row(string partition, string key, Summary summary, string? version) =>
        Rows.Write(partition, key, RowKind.Summary, summary, FindingsJson.Default.Summary) with { Version = version };

    /// <summary>Since when the finding's plan waits for its approval.</summary>
    public static TableRow WaitingRow(string partition, DateTimeOffset since, Finding finding) =>
        new(partition, FindingKeys.Waiting(since, finding), RowKind.Due, "{}") { ExpiresAt = since + Rows.StoryLife };
}
