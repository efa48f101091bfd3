using System.Text;
using ServerlessGuard.Aws.Runtime;

namespace ServerlessGuard.Aws.Functions;

/// <summary><c>scan</c>: Config rules and EventBridge call it with one event, SQS with a batch of any of them.</summary>
internal sealed class ScanFunction(ScanParts parts, HostSettings settings) : IFunction
{
    private static readonly byte[] Nothing = "{}"u8.ToArray();

    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation)
    {
        var examination = new Examination(parts, invocation.Deadline, settings.AccountsOf(invocation));
        var record = SqsBatch.Parse(invocation.Payload.Span);
        if (SqsBatch.Recognises(record))
        {
            return await SqsBatch.HandleAsync(
                record,
                (_, body, stop) => examination.RunAsync(SqsBatch.Parse(Encoding.UTF8.GetBytes(body)), stop),
                (id, fault) => parts.Log.Failed(parts.Metrics, id, fault),
                cancellation);
        }

        await examination.RunAsync(record, cancellation);
        return Nothing;
    }
}
