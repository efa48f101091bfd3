using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// A fault in one line for the log: our own say what, where and what to do; of any other only type and place are told, since its message
/// may quote a document.
/// </summary>
internal static class Faults
{
    public static string Describe(Exception fault) => fault switch
    {
        CloudCallException call => $"{call.Code}: {call.Message}",
        TableUnavailableException or QueueUnavailableException or InvalidDataException => fault.Message,
        AggregateException { InnerExceptions: [var only] } => Describe(only),
        OperationCanceledException => "not done in time: to be delivered again",
        _ => $"{fault.GetType().Name} in {Place(fault)}",
    };

    private static string Place(Exception fault)
    {
        var trace = fault.StackTrace;
        if (trace is null)
        {
            return "an unknown place";
        }

        var end = trace.IndexOf('\n', StringComparison.Ordinal);
        return (end < 0 ? trace : trace[..end]).Trim();
    }
}
