using System.CommandLine;
using ServerlessGuard.Cli.Operators;
using ServerlessGuard.Cli.Serving;
using ServerlessGuard.Cli.Tables;
using ServerlessGuard.Page;
using Person = ServerlessGuard.Guards.Person;

namespace ServerlessGuard.Cli.Commands;

/// <summary>
/// <c>guard serve</c>: the page of both clouds on this machine, until Ctrl-C. Exit 0, or 2 when the table or the port cannot be had.
/// </summary>
internal sealed class ServeCommand(TimeProvider time, TextWriter output, TextWriter complaints)
{
    public Command Create()
    {
        var table = new Option<string>("--table") { Description = $"The table to show ({OpenTable.Forms})", Required = true };
        var peer = new Option<string?>("--peer-table")
            { Description = "The other cloud's table: shows how far each cloud has got with sending to the other" };
        var port = new Option<int>("--port")
            { Description = "The port on this machine (default: any free one)", DefaultValueFactory = _ => 0 };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var number) || number is < 0 or > 65_535))
            {
                result.AddError("--port: expected a number from 0 to 65535");
            }
        });
        var readOnly = new Option<bool>("--read-only") { Description = "Disable decisions" };
        var person = new Option<string?>("--as")
            { Description = "The name under which decisions are recorded (default: that of your cloud sign-in)" };
        var command = new Command("serve", "Show both clouds on a web page, on this machine only") { table, peer, port, readOnly, person };
        command.SetAction((parsed, cancellation) => TableCommands.Guarded(complaints, () => RunAsync(
            parsed.GetValue(table)!, parsed.GetValue(peer), parsed.GetValue(port), parsed.GetValue(readOnly), parsed.GetValue(person),
            cancellation)));
        return command;
    }

    private async Task<int> RunAsync(string address, string? peerAddress, int port, bool readOnly, string? named,
        CancellationToken cancellation)
    {
        if (PageApi.Missing is { } missing)
        {
            complaints.WriteLine(missing);
            return ScanCommand.Unusable;
        }

        using var table = readOnly ? OpenTable.ToRead(address) : OpenTable.ToDecide(address);
        using var peer = peerAddress is null ? null : readOnly ? OpenTable.ToRead(peerAddress) : OpenTable.ToDecide(peerAddress);
        Person? person = null;
        if (table.IsWritable)
        {
            (person, var complaint) = Operator.Of(named, await WhoAsync(table, peer, cancellation), Environment.UserName);
            if (complaint is not null)
            {
                complaints.WriteLine(complaint);
                return ScanCommand.Unusable;
            }
        }

        using var page = new PageApi(table.Table, peer?.Table,
            new PageSettings(address, peerAddress)
            { Person = person, Home = table.Home, PeerHome = peer is { IsWritable: true } ? peer.Home : null }, time);
        try
        {
            await using var server = await PageServer.StartAsync(page, port, cancellation);
            page.Begin();
            output.WriteLine(server.Address);
            await output.FlushAsync(CancellationToken.None);
            await complaints.WriteLineAsync(
                Terminal.Safe($"{address}{(table.IsWritable ? string.Empty : ", read-only")}; Ctrl-C stops it"));
            await server.EndedAsync(cancellation);
            return ScanCommand.Clean;
        }
        catch (IOException taken)
        {
            complaints.WriteLine(
                $"cannot listen on 127.0.0.1:{port}: {taken.Message} (use another --port, or omit it to use any free one)");
            return ScanCommand.Unusable;
        }
    }

    /// <summary>One person decides in both tables: proven only where both clouds call them the same.</summary>
    private static async Task<OperatorIdentity?> WhoAsync(OpenTable table, OpenTable? peer, CancellationToken cancellation)
    {
        var own = await table.Who(cancellation);
        if (peer is not { IsWritable: true })
        {
            return own;
        }

        var other = await peer.Who(cancellation);
        return own is null || other is null
            ? null
            : own with { IsProven = own.IsProven && other.IsProven && own.Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase) };
    }
}
