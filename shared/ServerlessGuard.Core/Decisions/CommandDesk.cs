using ServerlessGuard.Due;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Decisions;

/// <summary>
/// Takes a person's decision down, in whichever cloud it was made: the command and what must happen with it, in one transaction. Carried
/// out it is by
/// <see cref="CommandRunner"/>, in the cloud that owns what it is about.
/// </summary>
public sealed class CommandDesk(ITable table)
{
    /// <summary>
    /// The command as it stands now: a repeated one answers what became of the first. <see cref="TableUnavailableException"/> as always.
    /// </summary>
    public async Task<Command> SubmitAsync(Command command, CancellationToken cancellation)
    {
        var key = CommandRows.Key(command.Id);
        var known = await table.FindAsync(command.Partition, key, cancellation);
        if (known is not null && !IsOvertaken(CommandRows.Read(known), command))
        {
            return CommandRows.Read(known);
        }

        await table.RegisterAsync(command.Partition, cancellation);
        var entry = OutboxEntry.OfRow(OutboxKind.Command, command.Partition, key, command.IssuedAt);
        var row = CommandRows.Row(command, known?.Version);
        return await table.CommitMarkedAsync(
                command.Partition, [TableWrite.Guarded(row), new TableWrite.Put(OutboxRows.Row(command.Partition, entry, version: null))],
                command.IssuedAt, cancellation)
            || await table.FindAsync(command.Partition, key, cancellation) is not { } first
                ? command
                : CommandRows.Read(first);
    }

    /// <summary>
    /// What a person decides here, at the owner, takes the place of what the peer asked in somebody's name: a question is answered so, and
    /// a refusal of the peer's word binds nobody.
    /// </summary>
    private static bool IsOvertaken(Command known, Command command) =>
        known.IssuedIn != command.IssuedIn && Ownership.Owns(command.IssuedIn, command.Partition)
            && known.State is CommandState.AwaitsConfirmation or CommandState.Refused;
}
