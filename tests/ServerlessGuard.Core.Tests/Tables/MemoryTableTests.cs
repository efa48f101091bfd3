using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Tests.Tables;

public sealed class MemoryTableTests : TableContract
{
    protected override ITable Table { get; } = new MemoryTable();
}
