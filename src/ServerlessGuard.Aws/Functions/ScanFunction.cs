using System.Text;
using ServerlessGuard.Aws.Runtime;

namespace ServerlessGuard.Aws.Functions;

/// <summary><c>scan</c>: Config rules and EventBridge call it with one event, SQS with a batch of any of them.</summary>
internal sealed class ScanFunction(ScanParts parts, HostSettings settings) : IFunction
{
    private static readonly byte[] Nothing = "{}"u8.ToArray();

    public async Task<ReadOnlyMemory<byte>> HandleAsync(Invocation invocation, CancellationToken cancellation)
    {
        var accounts = new AllowedAccounts(settings.Accounts, invocation.FunctionArn);
        var examination = new Examination(parts, invocation.RequestId, invocation.Deadline, accounts);
        try
        {
            var record = SqsBatch.Parse(invocation.Payload.Span);
            if (SqsBatch.Recognises(record))
            {
                return await SqsBatch.HandleAsync(
                    record,
                    (_, body, stop) => examination.RunAsync(SqsBatch.Parse(Encoding.UTF8.GetBytes(body)), stop),
                    (id, fault) => parts.Log.Failed(parts.Metrics, invocation.RequestId, id, fault),
                    cancellation);
            }

            await examination.RunAsync(record, cancellation);
            return Nothing;
        }
        catch (Exception fault)
        {
            parts.Log.Count(parts.Metrics, fault);
            throw;
        }
        finally
        {
            parts.Metrics.Flush(invocation.RequestId);
        }
    }
}
