using System.CommandLine;
using ServerlessGuard.Cli.Serving;
using ServerlessGuard.Cli.Tables;
using ServerlessGuard.Page;
using Person = ServerlessGuard.Commands.Person;

namespace ServerlessGuard.Cli.Commands;

/// <summary><c>guard serve</c>: the page of both clouds on this machine, until Ctrl-C. Exit 0, or 2 when the table or the port cannot be had.</summary>
internal sealed class ServeCommand(TimeProvider time, TextWriter output, TextWriter complaints)
{
    private const int LongestName = 100;

    public Command Create()
    {
        var table = new Option<string>("--table") { Description = $"The table to show ({OpenTable.Forms})", Required = true };
        var peer = new Option<string?>("--peer-table") { Description = "The other cloud's table: shows how far each has got to the other" };
        var port = new Option<int>("--port") { Description = "The port on this machine; without it, one that is free", DefaultValueFactory = _ => 0 };
        port.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out var number) || number is < 0 or > 65_535))
            {
                result.AddError("--port: expected a number from 0 to 65535");
            }
        });
        var readOnly = new Option<bool>("--read-only") { Description = "No approving, no undoing, no exempting" };
        var person = new Option<string>("--as") { Description = "In whose name decisions are recorded", DefaultValueFactory = _ => Environment.UserName };
        var command = new Command("serve", "The page of both clouds, on this machine only") { table, peer, port, readOnly, person };
        command.SetAction((parsed, cancellation) => TableCommands.Guarded(complaints, () => RunAsync(
            parsed.GetValue(table)!, parsed.GetValue(peer), parsed.GetValue(port), parsed.GetValue(readOnly) ? null : parsed.GetValue(person), cancellation)));
        return command;
    }

    private async Task<int> RunAsync(string address, string? peerAddress, int port, string? person, CancellationToken cancellation)
    {
        using var table = person is null ? OpenTable.ToRead(address) : OpenTable.ToDecide(address);
        using var peer = peerAddress is null ? null : OpenTable.ToRead(peerAddress);
        using var page = new PageApi(table.Table, peer?.Table, new PageSettings(address, peerAddress) { Person = table.IsWritable ? Named(person) : null, Home = table.Provider }, time);
        try
        {
            await using var server = await PageServer.StartAsync(page, port, cancellation);
            page.Begin();
            output.WriteLine(server.Address);
            await output.FlushAsync(CancellationToken.None);
            await complaints.WriteLineAsync(Terminal.Safe($"{address}{(table.IsWritable ? string.Empty : ", for reading only")}; Ctrl-C ends"));
            await server.EndedAsync(cancellation);
            return ScanCommand.Clean;
        }
        catch (IOException taken)
        {
            complaints.WriteLine($"cannot listen on 127.0.0.1:{port}: {taken.Message} (another --port, or none for one that is free)");
            return ScanCommand.Unusable;
        }
    }

    private static Person? Named(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        var safe = Terminal.Safe(name.Trim());
        safe = safe[..Math.Min(LongestName, safe.Length)];
        return new Person(safe, "local:" + safe);
    }
}
