using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat;

/// <summary>
/// Where people's answers arrive: the table that they are about, the desk that records decisions, and who may decide. The cloud is that of
/// this endpoint.
/// </summary>
public sealed record Inbox(ITable Table, CommandDesk Desk, ApprovalSettings Approvals, Provider Own, TimeProvider Time)
{
    internal ChatDecisions Decisions { get; } = new(Approvals, Own, Time);
}
