using System.Text;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Engine;

namespace ServerlessGuard.Aws.Functions;

/// <summary>
/// <c>remediate</c>: a batch of kicks. What is to be done stands in the table, so a forged or repeated kick does nothing.
/// </summary>
internal sealed class RemediateFunction(OutboxTask task, HostSettings settings, Log log, Metrics metrics) : IFunction
{
    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation)
    {
        var accounts = settings.AccountsOf(invocation);
        var record = SqsBatch.Parse(invocation.Payload.Span);
        return SqsBatch.Recognises(record)
            ? await SqsBatch.HandleAsync(
                record,
                (_, body, stop) => TreatAsync(body, accounts, stop),
                (id, fault) => log.Failed(metrics, id, fault),
                cancellation)
            : throw new PoisonEventException("remediate takes SQS batches of kicks only");
    }

    private Task<string> TreatAsync(string body, AllowedAccounts accounts, CancellationToken cancellation)
    {
        metrics.Count("Kicks");
        return task.RunAsync(KickMessage.Read(SqsBatch.Parse(Encoding.UTF8.GetBytes(body))), accounts, cancellation);
    }
}
