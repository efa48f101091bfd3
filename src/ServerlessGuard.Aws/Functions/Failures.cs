using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Engine;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Aws.Functions;

/// <summary>Failures by what an operator does about them.</summary>
internal static class Failures
{
    /// <summary>One message that goes back to its queue.</summary>
    public static void Failed(this Log log, Metrics metrics, string messageId, Exception fault)
    {
        metrics.Count(fault);
        log.Write(
            LogLevel.Error, "the message goes back to its queue", ("messageId", messageId), ("error", fault.GetType().Name),
            ("detail", Log.Line(fault)));
    }

    public static void Count(this Metrics metrics, Exception fault)
    {
        metrics.Count("Failures");
        metrics.Count(fault switch
        {
            ForeignAccountException => "FailuresForeignAccount",
            PoisonEventException => "FailuresPoison",
            TableUnavailableException => "FailuresTable",
            CloudCallException => "FailuresCloud",
            OperationCanceledException => "FailuresDeadline",
            _ => "FailuresOther",
        });
    }
}
