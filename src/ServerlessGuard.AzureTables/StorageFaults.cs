using System.Net.Sockets;
using Azure;

namespace ServerlessGuard.Azure.Stores;

/// <summary>
/// Which faults of storage mean "later may be different", and how they are told in one line, without a header or a signature.
/// </summary>
internal static class StorageFaults
{
    /// <summary>
    /// The client has retried already. A refusal of permission is transient too: role assignments take minutes to reach storage.
    /// </summary>
    public static bool IsTransient(Exception fault, CancellationToken cancellation) => fault switch
    {
        RequestFailedException { Status: 0 or 401 or 403 or 404 or 408 or 429 or >= 500 } => true,
        HttpRequestException or SocketException or IOException or global::Azure.Identity.AuthenticationFailedException => true,
        OperationCanceledException => !cancellation.IsCancellationRequested,
        AggregateException several => several.InnerExceptions.All(inner => IsTransient(inner, cancellation)),
        _ => false,
    };

    public static string Describe(Exception fault) => fault switch
    {
        RequestFailedException { ErrorCode: "TableNotFound" } => "the table does not exist: deploy infra/azure, which creates it",
        RequestFailedException { ErrorCode: "QueueNotFound" } => "the queue does not exist: deploy infra/azure, which creates it",
        RequestFailedException { Status: 0 } refused => First(refused.Message),
        RequestFailedException refused => $"HTTP {refused.Status} {refused.ErrorCode}",
        AggregateException several => $"{several.InnerExceptions.Count} attempts, the last: {Describe(several.InnerExceptions[^1])}",
        _ => $"{fault.GetType().Name}: {First(fault.Message)}",
    };

    private static string First(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? text : text[..end];
        return line.Length > 300 ? line[..300] : line;
    }
}
