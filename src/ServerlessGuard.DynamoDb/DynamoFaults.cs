using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace ServerlessGuard.Aws.Stores;

/// <summary>What a fault of DynamoDB means for the caller.</summary>
internal enum DynamoFault
{
    /// <summary>A condition did not hold, for certain.</summary>
    Conflict,

    /// <summary>Another transaction had one of the rows just then: nothing was written.</summary>
    Contended,

    /// <summary>Refused before anything was done: throttled.</summary>
    Throttled,

    /// <summary>Whether it was done is not known: timeout, broken connection, 5xx.</summary>
    Unknown,

    /// <summary>No retry changes it: a missing table, a missing permission, a malformed request.</summary>
    Final,
}

/// <remarks>Source: Amazon DynamoDB developer guide, "Error handling with DynamoDB"; API reference, TransactWriteItems,
/// CancellationReasons.</remarks>
internal static class DynamoFaults
{
    public static DynamoFault Of(Exception fault, CancellationToken cancellation) => fault switch
    {
        ConditionalCheckFailedException => DynamoFault.Conflict,
        TransactionCanceledException cancelled => Of(cancelled),
        TransactionConflictException or TransactionInProgressException => DynamoFault.Contended,
        ProvisionedThroughputExceededException or RequestLimitExceededException or LimitExceededException => DynamoFault.Throttled,
        InternalServerErrorException => DynamoFault.Unknown,
        AmazonDynamoDBException { ErrorCode: "ThrottlingException" or "Throttling" or "SlowDown" or "RequestLimitExceeded" } =>
            DynamoFault.Throttled,
        AmazonServiceException { StatusCode: >= System.Net.HttpStatusCode.InternalServerError } => DynamoFault.Unknown,
        AmazonServiceException { ErrorCode: "ExpiredTokenException" or "RequestExpired" or "InvalidSignatureException" } =>
            DynamoFault.Throttled,
        AmazonServiceException { StatusCode: >= System.Net.HttpStatusCode.BadRequest } => DynamoFault.Final,
        AmazonClientException or HttpRequestException or IOException or TimeoutException => DynamoFault.Unknown,
        OperationCanceledException when !cancellation.IsCancellationRequested => DynamoFault.Unknown,
        _ => DynamoFault.Final,
    };

    /// <summary>
    /// One failed condition decides: it would fail again. Otherwise throttling weighs more than contention, since it says nothing about the
    /// others.
    /// </summary>
    private static DynamoFault Of(TransactionCanceledException cancelled)
    {
        var codes = (cancelled.CancellationReasons ?? []).Select(reason => reason.Code).ToList();
        return codes switch
        {
            _ when codes.Contains("ConditionalCheckFailed") => DynamoFault.Conflict,
            _ when codes.Exists(code => code is "ProvisionedThroughputExceeded" or "ThrottlingError") => DynamoFault.Throttled,
            _ when codes.Contains("TransactionConflict") => DynamoFault.Contended,
            _ => DynamoFault.Final,
        };
    }
}
