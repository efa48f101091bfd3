using System.CommandLine;
using ServerlessGuard.Cli.Doctor;
using ServerlessGuard.Cli.Tables;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Commands;

/// <summary>
/// <c>guard federation repair</c>: an operator with access to both tables resends what differs. Exit 0 when both agree afterwards, 1 when
/// they do not, 2 when a table cannot be used.
/// </summary>
internal sealed class FederationCommand(TimeProvider time, TextWriter output, TextWriter complaints)
{
    public Command Create() => new("federation", "Keep the tables of both clouds in sync") { Repair() };

    private Command Repair()
    {
        var table = new Option<string>("--table")
            { Description = $"The owner's table ({OpenTable.Forms}); it is only read", Required = true };
        var peer = new Option<string>("--peer-table") { Description = "The other cloud's table; it is written", Required = true };
        var provider = new Option<string>("--provider")
            { Description = "The cloud whose accounts --table owns: aws, azure", Required = true };
        provider.AcceptOnlyFromAmong("aws", "azure");
        var force = new Option<bool>("--force")
            { Description =
                "Make the copy equal to --table even if it holds a later revision, or a different document under the same one" };
        var command = new Command("repair", "Send the peer the rows of our accounts that it lacks") { table, peer, provider, force };
        command.SetAction((parsed, cancellation) => TableCommands.Guarded(complaints, () => RunAsync(
            parsed.GetValue(table)!, parsed.GetValue(peer)!, Enum.Parse<Provider>(parsed.GetValue(provider)!, ignoreCase: true),
            parsed.GetValue(force), cancellation)));
        return command;
    }

    private async Task<int> RunAsync(string address, string peerAddress, Provider own, bool isForced, CancellationToken cancellation)
    {
        using var table = OpenTable.ToRead(address);
        using var peer = OpenTable.ToWrite(peerAddress);
        var entry = new PeerTable(peer.Table, own, time, isForced);
        var repair = new FederationRepair(table.Table, entry, own, time, isForced);
        var (accounts, differ) = (0, 0);
        await foreach (var partition in new FindingReader(table.Table).PartitionsAsync(cancellation))
        {
            if (!Ownership.Owns(own, partition))
            {
                continue;
            }

            accounts++;
            var sent = await repair.RepairAsync(partition, cancellation);
            var agrees = await repair.AgreesAsync(partition, cancellation);
            differ += agrees ? 0 : 1;
            output.WriteLine(
                Terminal.Safe(
                    $"{partition}  {sent.Findings} findings{(sent.Decisions > 0 ? $" and {sent.Decisions} decisions" : string.Empty)} "
                        + $"sent, {(agrees ? "both tables agree" : "the tables still differ")}"));
        }

        foreach (var (reason, count) in entry.Refused)
        {
            output.WriteLine(Terminal.Safe($"{count} rows refused: {reason}"));
        }

        if (isForced && accounts > 0)
        {
            await PeerAlarms.EndAsync(peer.Table, Ownership.Other(own), PeerAlarmKind.Conflict, cancellation);
        }

        if (differ > 0)
        {
            output.WriteLine(isForced
                ? "Rows that only the peer holds are never removed: check them, and delete them by hand if they are unknown."
                : "Rows that only the peer holds, or holds in a later revision, are never removed: was the owner's table restored from an "
                    + "old copy, or the peer's changed by somebody? If the owner's is right, add --force.");
        }

        if (accounts == 0)
        {
            output.WriteLine($"{Terminal.Safe(address)} holds no account of {own}.");
        }

        return differ > 0 ? ScanCommand.Findings : ScanCommand.Clean;
    }
}
