using System.CommandLine;
using ServerlessGuard.Cli.Doctor;
using ServerlessGuard.Cli.Tables;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Commands;

/// <summary><c>guard doctor</c>: exit 0 when all is well, 1 with problems, 2 when a table cannot be read.</summary>
internal sealed class DoctorCommand(TimeProvider time, TextWriter output, TextWriter complaints)
{
    public Command Create()
    {
        var table = new Option<string>("--table") { Description = $"The table to check ({OpenTable.Forms})", Required = true };
        var peer = new Option<string?>("--peer-table") { Description = "The other cloud's table, to compare with" };
        var quiet = new Option<int>("--quiet-after")
            { Description = "Report a problem after this many hours without a new capture", DefaultValueFactory = _ => 24 };
        quiet.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var hours) || hours is < 1 or > 87_600))
            {
                result.AddError("--quiet-after: expected hours from 1 to 87600");
            }
        });
        var command = new Command("doctor", "Check that events arrive, outboxes drain, the peer is reachable and both tables agree")
            { table, peer, quiet };
        command.SetAction((parsed, cancellation) => TableCommands.Guarded(
            complaints, () =>
                RunAsync(parsed.GetValue(table)!, parsed.GetValue(peer), TimeSpan.FromHours(parsed.GetValue(quiet)), cancellation)));
        return command;
    }

    private async Task<int> RunAsync(string address, string? peerAddress, TimeSpan quietAfter, CancellationToken cancellation)
    {
        using var table = OpenTable.ToRead(address);
        using var peer = peerAddress is null ? null : OpenTable.ToRead(peerAddress);
        var diagnosis = new Diagnosis(time.GetUtcNow(), quietAfter, address, peerAddress);
        var accounts = await AccountsAsync(table, cancellation);
        if (peer is not null)
        {
            accounts.UnionWith(await AccountsAsync(peer, cancellation));
        }

        if (accounts.Count == 0)
        {
            diagnosis.Empty();
        }

        await LinksAsync(table.Table, diagnosis, cancellation);
        foreach (var partition in accounts)
        {
            diagnosis.Account(await AccountHealth.ReadAsync(table.Table, partition, cancellation));
            if (peer is not null)
            {
                diagnosis.Agreement(partition, await TableDigest.OfAsync(table.Table, partition, time.GetUtcNow(), cancellation),
                    await TableDigest.OfAsync(peer.Table, partition, time.GetUtcNow(), cancellation));
            }
        }

        if (peer is not null)
        {
            await LinksAsync(peer.Table, diagnosis, cancellation);
        }

        diagnosis.Dated("the AWS managed policies that this version knows", ManagedPolicies.AsOf);
        diagnosis.Write(output);
        return diagnosis.Problems > 0 ? ScanCommand.Findings : ScanCommand.Clean;
    }

    private static async Task LinksAsync(ITable table, Diagnosis diagnosis, CancellationToken cancellation)
    {
        foreach (var own in Enum.GetValues<Provider>())
        {
            var partition = RowKeys.Deployment(own);
            diagnosis.Link(
                own,
                PeerRows.Link(await table.FindAsync(partition, PeerRows.Sent, cancellation)),
                PeerRows.Link(await table.FindAsync(partition, PeerRows.Received, cancellation)));
            await foreach (
                var row in table.QueryAsync(partition, PeerRows.Alarms, RowKeys.After(PeerRows.Alarms), limit: null, cancellation))
            {
                diagnosis.Alarm(own, PeerRows.Note(row));
            }
        }
    }

    private static async Task<SortedSet<string>> AccountsAsync(OpenTable table, CancellationToken cancellation)
    {
        var accounts = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var partition in new FindingReader(table.Table).PartitionsAsync(cancellation))
        {
            accounts.Add(partition);
        }

        return accounts;
    }
}
