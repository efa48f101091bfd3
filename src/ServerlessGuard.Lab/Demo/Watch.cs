using System.Diagnostics;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Simulators.Chat;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Lab.Demo;

/// <summary>Looks at the tables and the chat until something is so, and notes how long it took.</summary>
internal sealed class Watch(DemoWorld world, Measurements measured, TimeProvider time)
{
    /// <summary>A first crossing that meets a peer still starting is tried again after 5, 10 and 20 seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    public static async Task<bool> UntilAsync(Func<Task<bool>> condition, CancellationToken cancellation, TimeSpan? patience = null)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < (patience ?? Patience))
        {
            if (await condition())
            {
                return true;
            }

            await Task.Delay(Pause, cancellation);
        }

        return false;
    }

    /// <summary>The finding of a rule on a resource, in the table of one cloud; null while there is none.</summary>
    /// <param name="table">Where to look.</param>
    /// <param name="owner">The cloud that owns it.</param>
    /// <param name="rule">A sub-finding has its own id.</param>
    /// <param name="resource">A part of the resource's id; null: the first one.</param>
    public static async Task<Finding?> FindAsync(ITable table, Provider owner, string rule, string? resource)
    {
        var partition = owner is Provider.Aws ? DemoWorld.AwsPartition : DemoWorld.AzurePartition;
        await foreach (var row in table.QueryAsync(partition, "r:", RowKeys.After("r:"), limit: null, CancellationToken.None))
        {
            if (row.Kind is RowKind.Finding && FindingRows.Finding(row) is var finding && finding.RuleId == rule
                && (resource is null || finding.Resource.Id.Contains(resource, StringComparison.OrdinalIgnoreCase)))
            {
                return finding;
            }
        }

        return null;
    }

    /// <summary>A mistake from the moment it was made: judged, recorded, in the other cloud's table, told in chat.</summary>
    /// <returns>The finding as its owner has it; null when it did not come to that in time.</returns>
    public async Task<Finding?> DetectedAsync(Provider owner, string rule, string? resource, DateTimeOffset changed,
        CancellationToken cancellation)
    {
        Finding? found = null;
        var other = owner is Provider.Aws ? Provider.Azure : Provider.Aws;
        var told = ToldAsync(() => found, changed, cancellation);
        var crossed = CrossedAsync(world.TableOf(other), owner, rule, resource, changed, cancellation);
        if (!await UntilAsync(async () => (found = await FindAsync(world.TableOf(owner), owner, rule, resource)) is { } one
            && one.CapturedAt >= changed.AddSeconds(-2) && one.Status is not FindingStatus.Resolved | one.Treatment is not null,
            cancellation))
        {
            return null;
        }

        measured.Add("change to delivered", found!.Stages.Delivered - changed);
        measured.Add("delivered to evaluated", found.Stages.Evaluated - found.Stages.Delivered);
        measured.Add("evaluated to recorded", found.Stages.Recorded - found.Stages.Evaluated);
        measured.Add("change to recorded", found.Stages.Recorded - changed);
        return await crossed && await told ? found : null;
    }

    private async Task<bool> CrossedAsync(ITable table, Provider owner, string rule, string? resource, DateTimeOffset changed,
        CancellationToken cancellation)
    {
        if (world.Clouds.IsCut)
        {
            return true;
        }

        var crossed = await UntilAsync(async () => await FindAsync(table, owner, rule, resource) is { } copy
            && copy.CapturedAt >= changed.AddSeconds(-2), cancellation);
        if (crossed)
        {
            measured.Add("change to the other cloud's table", time.GetUtcNow() - changed);
        }

        return crossed;
    }

    private async Task<bool> ToldAsync(Func<Finding?> finding, DateTimeOffset changed, CancellationToken cancellation)
    {
        var told = await UntilAsync(() => Task.FromResult(finding() is { } one && Message(one) is not null), cancellation);
        if (told)
        {
            measured.Add("change to chat", time.GetUtcNow() - changed);
        }

        return told;
    }

    /// <summary>The chat message that tells of a finding, as it is now.</summary>
    public SlackMessage? Message(Finding finding) =>
        world.Slack.Messages.LastOrDefault(message => message.ThreadTs is null
            && message.Body.ToJsonString().Contains(finding.Id, StringComparison.Ordinal));

    /// <summary>Both tables hold the same findings and stories of both clouds.</summary>
    public async Task<bool> AgreeAsync() =>
        (await RowsAsync(world.AwsTable, DemoWorld.AwsPartition))
            .SequenceEqual(await RowsAsync(world.AzureTable, DemoWorld.AwsPartition), StringComparer.Ordinal)
        && (await RowsAsync(world.AwsTable, DemoWorld.AzurePartition))
            .SequenceEqual(await RowsAsync(world.AzureTable, DemoWorld.AzurePartition), StringComparer.Ordinal);

    private static async Task<List<string>> RowsAsync(ITable table, string partition)
    {
        var rows = new List<string>();
        await foreach (var row in table.QueryAsync(partition, "a", "z", limit: null, CancellationToken.None))
        {
            if (row.Kind is RowKind.Finding or RowKind.Event or RowKind.Index)
            {
                rows.Add(row.Key + " " + row.Document);
            }
        }

        return rows;
    }
}
