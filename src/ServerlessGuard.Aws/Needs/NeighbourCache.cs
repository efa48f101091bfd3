using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>Answers of the last minute, for one warm instance. Failures are not kept.</summary>
public sealed class NeighbourCache(TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    /// <summary>Beyond it everything is forgotten: an instance has little memory.</summary>
    private const int MaxEntries = 200;

    private readonly Dictionary<string, (DateTimeOffset Until, Task<IReadOnlyList<Resource>> Answer)> _answers = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    public async Task<IReadOnlyList<Resource>> GetAsync(string key, Func<Task<IReadOnlyList<Resource>>> read)
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

                _answers[key] = known = (now + Life, read());
            }

            answer = known.Answer;
        }

        try
        {
            return await answer;
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
}
