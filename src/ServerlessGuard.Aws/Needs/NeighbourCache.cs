using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>
/// Answers of the last minute, for one warm instance. Failures are not kept, and what an event says is never contradicted by an older
/// answer.
/// </summary>
public sealed class NeighbourCache(TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    /// <summary>Beyond it everything is forgotten: an instance has little memory.</summary>
    private const int MaxEntries = 200;

    private readonly Dictionary<string, Entry> _answers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string NativeType, string Key), (DateTimeOffset Until, Resource Resource)> _told = [];
    private readonly Lock _lock = new();

    /// <param name="nativeType">What the answer consists of: an event about the type drops it.</param>
    public async Task<IReadOnlyList<Resource>> GetAsync(string nativeType, string key, Func<Task<IReadOnlyList<Resource>>> read)
    {
        Task<IReadOnlyList<Resource>> answer;
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (!_answers.TryGetValue(key, out var known) || known.Until <= now)
            {
                if (_answers.Count >= MaxEntries)
                {
                    _answers.Clear();
                }

                _answers[key] = known = new Entry(now + Life, nativeType, read());
            }

            answer = known.Answer;
        }

        try
        {
            var resources = await answer;
            lock (_lock)
            {
                return [.. resources.Select(Latest)];
            }
        }
        catch
        {
            lock (_lock)
            {
                if (_answers.TryGetValue(key, out var known) && known.Answer == answer)
                {
                    _answers.Remove(key);
                }
            }

            throw;
        }
    }

    /// <summary>
    /// An event brought the resource, which others may be joined with. Every answer about its type is asked for again, and where the
    /// inventory is slower than the event, the event counts.
    /// </summary>
    public void Told(Resource resource)
    {
        lock (_lock)
        {
            foreach (var key in _answers.Where(entry => entry.Value.NativeType == resource.Ref.NativeType).Select(entry => entry.Key)
                .ToList())
            {
                _answers.Remove(key);
            }

            if (_told.Count >= MaxEntries)
            {
                _told.Clear();
            }

            var now = time.GetUtcNow();
            var place = (resource.Ref.NativeType, resource.Ref.Key);
            if (!_told.TryGetValue(place, out var known) || known.Until <= now || !(known.Resource.CapturedAt > resource.CapturedAt))
            {
                _told[place] = (now + Life, resource);
            }
        }
    }

    private Resource Latest(Resource read) =>
        _told.TryGetValue((read.Ref.NativeType, read.Ref.Key), out var told) && told.Until > time.GetUtcNow()
            && told.Resource.CapturedAt > read.CapturedAt ? told.Resource : read;

    private sealed record Entry(DateTimeOffset Until, string NativeType, Task<IReadOnlyList<Resource>> Answer);
}
