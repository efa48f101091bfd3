using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Stores;

/// <summary>
/// The federated table in Azure Tables: partition and row key as they are, transactions as entity group transactions, the ETag as version.
/// Throttling, 5xx and timeouts are retried by the client's own pipeline; what is left becomes a <see cref="TableUnavailableException"/>.
/// </summary>
public sealed class AzureTable(TableClient client) : ITable
{
    /// <remarks>Azure.Data.Tables makes its entities through Activator.CreateInstance: without the line below Native AOT trims the
    /// constructor away, and every read fails.</remarks>
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor, typeof(TableEntity))]
    public async Task<TableRow?> FindAsync(string partition, string key, CancellationToken cancellation)
    {
        try
        {
            var found = await client.GetEntityAsync<TableEntity>(partition, key, select: null, cancellation);
            return TableEntities.Row(found.Value);
        }
        catch (RequestFailedException missing) when (missing.Status == 404 && !IsTableMissing(missing))
        {
            return null;
        }
        catch (Exception fault) when (StorageFaults.IsTransient(fault, cancellation))
        {
            throw Unavailable("read", fault);
        }
    }

    public async IAsyncEnumerable<TableRow> QueryAsync(string partition, string from, string to, int? limit,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var left = limit ?? int.MaxValue;
        if (left <= 0)
        {
            yield break;
        }

        // CreateQueryFilter writes the values as OData literals, quotes doubled.
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {from} and RowKey lt {to}");
        var pages = client.QueryAsync<TableEntity>(filter, Math.Min(left, 1000), select: null, cancellation).AsPages()
            .GetAsyncEnumerator(cancellation);
        await using (pages.ConfigureAwait(false))
        {
            while (await NextAsync(pages, cancellation))
            {
                foreach (var entity in pages.Current.Values)
                {
                    yield return TableEntities.Row(entity);
                    if (--left == 0)
                    {
                        yield break;
                    }
                }
            }
        }
    }

    public async Task<bool> CommitAsync(string partition, IReadOnlyList<TableWrite> writes, CancellationToken cancellation)
    {
        var left = new List<TableWrite>(writes);
        while (true)
        {
            try
            {
                await client.SubmitTransactionAsync(left.Select(write => TableEntities.Action(partition, write)), cancellation);
                return true;
            }
            catch (TableTransactionFailedException refused) when (refused.Status is 404 or 409 or 412 && !IsTableMissing(refused))
            {
                if (refused.Status != 404
                    || !await WithoutGoneDeletesAsync(partition, left, refused.FailedTransactionActionIndex, cancellation))
                {
                    return false;
                }

                if (left.Count == 0)
                {
                    return true;
                }
            }
            catch (RequestFailedException refused) when (refused.Status is 404 or 409 or 412 && !IsTableMissing(refused))
            {
                // A transaction of one write may be refused as a whole.
                if (refused.Status != 404 || !await WithoutGoneDeletesAsync(partition, left, failed: null, cancellation))
                {
                    return false;
                }

                if (left.Count == 0)
                {
                    return true;
                }
            }
            catch (Exception fault) when (StorageFaults.IsTransient(fault, cancellation))
            {
                throw Unavailable("transaction", fault);
            }
        }
    }

    /// <summary>
    /// Azure refuses the whole transaction when a row to delete is not there; to us gone is gone. Such deletes are taken out, the rest is
    /// sent again. False when the missing row was another write's.
    /// </summary>
    private async Task<bool> WithoutGoneDeletesAsync(string partition, List<TableWrite> writes, int? failed, CancellationToken cancellation)
    {
        if (failed is { } index && index < writes.Count && writes[index] is not TableWrite.Delete { Version: null })
        {
            return false;
        }

        var gone = new List<TableWrite>();
        foreach (var delete in writes.OfType<TableWrite.Delete>().Where(delete => delete.Version is null))
        {
            if (await FindAsync(partition, delete.RowKey, cancellation) is null)
            {
                gone.Add(delete);
            }
        }

        // None gone: it was there again, or the fault was another's.
        return gone.Count > 0 && writes.RemoveAll(gone.Contains) > 0;
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<Page<TableEntity>> pages, CancellationToken cancellation)
    {
        try
        {
            return await pages.MoveNextAsync();
        }
        catch (Exception fault) when (StorageFaults.IsTransient(fault, cancellation))
        {
            throw Unavailable("query", fault);
        }
    }

    private static bool IsTableMissing(RequestFailedException fault) => fault.ErrorCode is "TableNotFound";

    private TableUnavailableException Unavailable(string what, Exception fault) =>
        new($"table {client.Name}: {what}: {StorageFaults.Describe(fault)}", fault);
}
