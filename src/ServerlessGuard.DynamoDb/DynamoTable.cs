using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Aws.Stores;

/// <summary>
/// The federated table in DynamoDB: one table with <c>pk</c> and <c>sk</c>, read strongly consistently, written by TransactWriteItems (a
/// single row by PutItem, which costs half). It retries by itself, so the client is made without retries (see <see cref="DynamoClient"/>).
/// </summary>
/// <param name="client">Without retries of its own.</param>
public sealed class DynamoTable(IAmazonDynamoDB client, string table, TimeProvider time, Backoff backoff) : ITable
{
    private const int MaxAttempts = 7;

    /// <summary>DynamoDB's page is at most 1 MB; more than this many rows are another page.</summary>
    private const int PageSize = 1000;

    public async Task<TableRow?> FindAsync(string partition, string key, CancellationToken cancellation)
    {
        var request = new GetItemRequest { TableName = table, Key = DynamoRows.KeyOf(partition, key), ConsistentRead = true };
        var answer = await RetryAsync("GetItem", () => client.GetItemAsync(request, cancellation), cancellation);
        return answer.Item is { Count: > 0 } item ? DynamoRows.Row(item) : null;
    }

    public async IAsyncEnumerable<TableRow> QueryAsync(string partition, string from, string to, int? limit,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var left = limit ?? int.MaxValue;
        Dictionary<string, AttributeValue>? next = null;
        while (left > 0)
        {
            var request = new QueryRequest
            {
                TableName = table,
                ConsistentRead = true,
                KeyConditionExpression = "pk = :p AND sk BETWEEN :f AND :t",
                ExpressionAttributeValues = new Dictionary<string, AttributeValue>(StringComparer.Ordinal)
                {
                    [":p"] = DynamoRows.Text(partition),
                    [":f"] = DynamoRows.Text(from),
                    [":t"] = DynamoRows.Text(to),
                },
                Limit = Math.Min(left, PageSize),
                ExclusiveStartKey = next,
            };
            var answer = await RetryAsync("Query", () => client.QueryAsync(request, cancellation), cancellation);

            // BETWEEN takes both ends; ours is exclusive.
            foreach (var row in (answer.Items ?? []).Select(DynamoRows.Row).Where(row => row.Key != to))
            {
                yield return row;
                left--;
            }

            next = answer.LastEvaluatedKey;
            if (next is not { Count: > 0 })
            {
                yield break;
            }
        }
    }

    public async Task<bool> CommitAsync(string partition, IReadOnlyList<TableWrite> writes, CancellationToken cancellation)
    {
        if (writes.Count is 0 or > ITable.MaxWrites)
        {
            throw new ArgumentException($"{writes.Count} writes: 1 to {ITable.MaxWrites} are one transaction", nameof(writes));
        }

        var version = Draw();
        return writes is [TableWrite.Insert or TableWrite.Replace or TableWrite.Put]
            ? await PutAsync(partition, writes[0], version, cancellation)
            : await TransactAsync(partition, writes, version, cancellation);
    }

    private async Task<bool> PutAsync(string partition, TableWrite write, string version, CancellationToken cancellation)
    {
        var put = DynamoWrites.Put(table, write, version);
        var request = new PutItemRequest
        {
            TableName = table,
            Item = put.Item,
            ConditionExpression = put.ConditionExpression,
            ExpressionAttributeValues = put.ExpressionAttributeValues,
        };
        var isInDoubt = false;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await client.PutItemAsync(request, cancellation);
                return true;
            }
            catch (Exception fault) when (DynamoFaults.Of(fault, cancellation) is var kind
                && (kind is DynamoFault.Conflict || MayRetry(kind)))
            {
                if (kind is DynamoFault.Conflict)
                {
                    // An attempt whose answer was lost may have been ours: the version tells.
                    return isInDoubt && (await FindAsync(partition, write.Key, cancellation))?.Version == version;
                }

                isInDoubt |= kind is DynamoFault.Unknown;
                if (attempt == MaxAttempts)
                {
                    return GiveUp("PutItem", kind, fault);
                }

                await backoff.WaitAsync(attempt + 1, time, cancellation);
            }
        }
    }

    private async Task<bool> TransactAsync(string partition, IReadOnlyList<TableWrite> writes, string version,
        CancellationToken cancellation)
    {
        // The token makes a repeated call the same call: DynamoDB answers success if the first one took place.
        var request = new TransactWriteItemsRequest
        {
            ClientRequestToken = version,
            TransactItems = [.. writes.Select(write => DynamoWrites.Item(table, partition, write, version))],
        };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await client.TransactWriteItemsAsync(request, cancellation);
                return true;
            }
            catch (Exception fault) when (DynamoFaults.Of(fault, cancellation) is var kind
                && (kind is DynamoFault.Conflict || MayRetry(kind)))
            {
                if (kind is DynamoFault.Conflict)
                {
                    return false;
                }

                if (attempt == MaxAttempts)
                {
                    return GiveUp("TransactWriteItems", kind, fault);
                }

                await backoff.WaitAsync(attempt + 1, time, cancellation);
            }
        }
    }

    private async Task<T> RetryAsync<T>(string operation, Func<Task<T>> call, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (Exception fault) when (DynamoFaults.Of(fault, cancellation) is var kind && MayRetry(kind))
            {
                if (attempt == MaxAttempts)
                {
                    throw Unavailable(operation, fault);
                }

                await backoff.WaitAsync(attempt + 1, time, cancellation);
            }
            catch (AmazonServiceException refused) when (refused is ResourceNotFoundException or
                { ErrorCode: "AccessDeniedException" or "UnrecognizedClientException" })
            {
                // No retry helps here and now, but a deployment may: one line that says which table.
                throw new TableUnavailableException(
                    $"DynamoDB {operation} on {table}: "
                        + $"{(refused is ResourceNotFoundException ? "there is no such table" : refused.ErrorCode)}", refused);
            }
        }
    }

    private static bool MayRetry(DynamoFault kind) => kind is DynamoFault.Contended or DynamoFault.Throttled or DynamoFault.Unknown;

    /// <summary>Contention to the last means that others are writing the same rows: read again. Anything else is the store's.</summary>
    private bool GiveUp(string operation, DynamoFault kind, Exception fault) =>
        kind is DynamoFault.Contended ? false : throw Unavailable(operation, fault);

    private TableUnavailableException Unavailable(string operation, Exception fault) =>
        new($"DynamoDB {operation} on {table}: {fault.GetType().Name} after {MaxAttempts} attempts: {fault.Message}", fault);

    /// <summary>Never twice: 62 random bits, so that a version tells which commit wrote a row.</summary>
    private static string Draw()
    {
        Span<byte> bits = stackalloc byte[8];
        RandomNumberGenerator.Fill(bits);
        return ((BitConverter.ToInt64(bits) & (long.MaxValue >> 1)) | 1).ToString(CultureInfo.InvariantCulture);
    }
}
