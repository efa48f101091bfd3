using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

/// <summary>
/// Calls for a look at every finding when what guard.yaml says of exemptions and approvals is not what it said before; once, however many
/// run.
/// </summary>
internal sealed class ReviewCall(ITable table, ExemptionReader exemptions, TimeSpan approvalExpiry, TimeSpan warning, TimeProvider time)
{
    private static readonly string Key = RowKeys.Sweep("exemptions");

    public async Task RunAsync(Provider own, CancellationToken cancellation)
    {
        var row = await table.FindAsync(RowKeys.Directory, Key, cancellation);
        var said = Digest();
        if (row is not null && SweepRows.Read(row).Run == said)
        {
            return;
        }

        var now = time.GetUtcNow();
        var marks = new List<TableWrite>(ITable.MaxWrites);
        await foreach (var partition in new FindingReader(table).OwnAsync(own, cancellation))
        {
            if (RowKeys.IsDeployment(partition))
            {
                continue;
            }

            marks.Add(new TableWrite.Put(DueRows.Row(DueKind.Review, partition, new DueMark(now, now), version: null)));
            if (marks.Count == ITable.MaxWrites)
            {
                await MarkAsync(marks, cancellation);
            }
        }

        await MarkAsync(marks, cancellation);

        // Last: whoever dies before calls again.
        var state = new SweepState { Run = said, StartedAt = now, Complete = true };
        await table.CommitAsync(RowKeys.Directory, [TableWrite.Guarded(SweepRows.Row(Key, state, row?.Version))], cancellation);
    }

    private async Task MarkAsync(List<TableWrite> marks, CancellationToken cancellation)
    {
        if (marks.Count > 0 && !await table.CommitAsync(RowKeys.Directory, marks, cancellation))
        {
            throw new TableUnavailableException("the marks of a review were contended to the last");
        }

        marks.Clear();
    }

    private string Digest()
    {
        var text = new StringBuilder().Append(approvalExpiry.Ticks).Append('\n').Append(warning.Ticks);
        foreach (var exemption in exemptions.FromFile)
        {
            text.Append('\n').Append(JsonSerializer.Serialize(exemption, ExemptionsJson.Default.Exemption));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}
