using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Federation;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Tests.Federation;

/// <summary>Found by <c>AttackerModelTests</c>: a person without an id got through, and the owner's runner failed on the command again and again.</summary>
public class NobodyAttackTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"name":"kim"}""")]
    [InlineData("""{"id":"slack:U0KIM"}""")]
    [InlineData("""{"name":"kim","id":"slack:U0KIM","groups":[null]}""")]
    public async Task A_command_of_nobody_is_refused_before_it_is_stored(string by)
    {
        var (table, now) = (new MemoryTable(), TimeProvider.System.GetUtcNow());
        var command = Crossing.Command(Provider.Azure, RowKeys.Deployment(Provider.Aws), "a", now) with { Kind = CommandKind.Stop };
        var document = JsonNode.Parse(CommandRows.Row(command, version: null).Document)!.AsObject();
        document["by"] = JsonNode.Parse(by);
        var receiver = new FederationReceiver(table, Provider.Azure, new HashSet<string>(), TimeProvider.System, new Backoff(() => 0), ApprovalSettings.Default);
        var row = new FederatedRow { Kind = RowKind.Command, Partition = command.Partition, Schema = 1, Document = JsonElement.Parse(document.ToJsonString()) };
        var answer = Assert.Single((await receiver.ReceiveAsync(new FederationBatch { Rows = [row] }, CancellationToken.None)).Rows);
        Assert.Equal(new RowAnswer(RowVerdict.Rejected, "a command must name a person: a name, an id, and groups with names"), answer);
        Assert.DoesNotContain(table.Rows, held => held.Kind is RowKind.Command);
    }
}
