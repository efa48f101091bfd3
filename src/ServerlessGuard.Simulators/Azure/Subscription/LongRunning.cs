using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>Operations that were answered 202: they take place at the second poll, and say so.</summary>
internal sealed class LongRunning
{
    private readonly ConcurrentDictionary<string, Operation> _operations = new(StringComparer.Ordinal);

    /// <summary>The path to poll.</summary>
    public string Begin(string below, Action takePlace)
    {
        var path = $"{below}/{Guid.NewGuid()}";
        _operations[ArmId.Key(path)] = new Operation(takePlace);
        return path;
    }

    public Operation? Find(string path) => _operations.GetValueOrDefault(ArmId.Key(path));

    internal sealed class Operation(Action takePlace)
    {
        private readonly Lock _gate = new();
        private int _polls;

        public ArmAnswer Poll()
        {
            lock (_gate)
            {
                if (++_polls == 2)
                {
                    takePlace();
                }

                return ArmAnswer.Json(200, new JsonObject { ["status"] = _polls < 2 ? "InProgress" : "Succeeded" })
                    .With("Retry-After", "0");
            }
        }
    }
}
