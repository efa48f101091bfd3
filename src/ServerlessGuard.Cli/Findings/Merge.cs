using System.Runtime.CompilerServices;

namespace ServerlessGuard.Cli.Findings;

/// <summary>Many ordered streams as one: holds one element of each, never all of any.</summary>
internal static class Merge
{
    public static async IAsyncEnumerable<T> Ordered<T>(IEnumerable<IAsyncEnumerable<T>> streams, IComparer<T> order,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var heads = new PriorityQueue<IAsyncEnumerator<T>, T>(order);
        var open = new List<IAsyncEnumerator<T>>();
        try
        {
            foreach (var stream in streams)
            {
                var head = stream.GetAsyncEnumerator(cancellation);
                open.Add(head);
                if (await head.MoveNextAsync())
                {
                    heads.Enqueue(head, head.Current);
                }
            }

            while (heads.TryDequeue(out var head, out var item))
            {
                yield return item;
                if (await head.MoveNextAsync())
                {
                    heads.Enqueue(head, head.Current);
                }
            }
        }
        finally
        {
            foreach (var head in open)
            {
                await head.DisposeAsync();
            }
        }
    }

    /// <summary>
    /// Orders what an ordered stream gives for the same instant, where the stream's own order is another one. Of more than
    /// <paramref name="most"/> at one instant each such part is ordered for itself, so that memory stays bounded.
    /// </summary>
    public static async IAsyncEnumerable<T> Within<T, TInstant>(
        IAsyncEnumerable<T> stream, Func<T, TInstant> instant, IComparer<T> order, int most,
        [EnumeratorCancellation] CancellationToken cancellation)
        where TInstant : IEquatable<TInstant>
    {
        var same = new List<T>();
        await foreach (var item in stream.WithCancellation(cancellation))
        {
            if (same.Count > 0 && (same.Count == most || !instant(same[0]).Equals(instant(item))))
            {
                same.Sort(order);
                foreach (var one in same)
                {
                    yield return one;
                }

                same.Clear();
            }

            same.Add(item);
        }

        same.Sort(order);
        foreach (var one in same)
        {
            yield return one;
        }
    }
}
