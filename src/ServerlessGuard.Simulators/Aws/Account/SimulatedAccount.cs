using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Aws.Account;

/// <summary>
/// A small simulated AWS account. Its state is AWS Config's items, as Config would have recorded them, and what Config does not record of
/// IAM users. Every change is a new capture.
/// </summary>
public sealed class SimulatedAccount(string id, string region, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Type, string Id), List<JsonObject>> _history = [];
    private readonly ConcurrentQueue<ApiCall> _calls = new();
    private DateTimeOffset _latest = DateTimeOffset.MinValue;

    public string Id => id;
    public string Region => region;

    /// <summary>Called after each change, outside of the lock.</summary>
    public Action<ItemChange>? Changed { get; set; }

    /// <summary>Called after each call that changed something.</summary>
    public Action<ApiCall>? Written { get; set; }

    /// <summary>What Config does not record: keys, passwords.</summary>
    public UserCredentials Credentials { get; } = new();

    /// <summary>Every call that was answered, in order.</summary>
    public IReadOnlyList<ApiCall> Calls => [.. _calls];

    /// <summary>Calls that succeeded and changed the account: what the guard's fixes are.</summary>
    public IReadOnlyList<ApiCall> Writes => [.. _calls.Where(call => call is { IsWrite: true, Succeeded: true })];

    /// <summary>The present items; the deleted ones are not among them.</summary>
    public IReadOnlyList<JsonObject> Items => [.. Everything.Where(item => !ConfigItem.IsDeleted(item))];

    /// <summary>The latest capture of each resource, those of the deleted ones too.</summary>
    public IReadOnlyList<JsonObject> Everything
    {
        get
        {
            lock (_lock)
            {
                return [.. _history.Values.Select(captures => Copy(captures[^1]))];
            }
        }
    }

    /// <summary>The present item by resource id, name or ARN; null when there is none.</summary>
    public JsonObject? Find(string type, string idOrName)
    {
        lock (_lock)
        {
            return Latest(type, idOrName) is { } item && !ConfigItem.IsDeleted(item) ? Copy(item) : null;
        }
    }

    /// <summary>All captures, the latest first; empty when Config never saw the resource.</summary>
    public IReadOnlyList<JsonObject> History(string type, string resourceId)
    {
        lock (_lock)
        {
            return _history.TryGetValue((type, resourceId), out var captures) ? [.. captures.AsEnumerable().Reverse().Select(Copy)] : [];
        }
    }

    /// <summary>Adds a resource, or replaces it.</summary>
    public ItemChange Put(JsonObject item, string actor) => Capture(Copy(item), actor);

    /// <summary>Changes a resource and captures it; null when there is none.</summary>
    public ItemChange? Change(string type, string idOrName, string actor, Action<JsonObject> change)
    {
        if (Find(type, idOrName) is not { } item)
        {
            return null;
        }

        change(item);
        return Capture(item, actor);
    }

    public ItemChange? Delete(string type, string idOrName, string actor) => Change(type, idOrName, actor, item =>
    {
        item["configurationItemStatus"] = "ResourceDeleted";
        item["configuration"] = null;
        item["supplementaryConfiguration"] = new JsonObject();
    });

    /// <summary>The resource is gone and nobody will ever be told, as when an event is lost.</summary>
    public void Forget(string type, string resourceId)
    {
        lock (_lock)
        {
            _history.Remove((type, resourceId));
        }
    }

    internal void Note(ApiCall call)
    {
        _calls.Enqueue(call);
        if (call is { IsWrite: true, Succeeded: true })
        {
            Written?.Invoke(call);
        }
    }

    private ItemChange Capture(JsonObject item, string actor)
    {
        ItemChange change;
        lock (_lock)
        {
            // Milliseconds, and never two captures at the same one: AWS Config's own times are that coarse.
            var now = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
            _latest = now > _latest ? now : _latest.AddMilliseconds(1);
            item["configurationItemCaptureTime"] = Iso(_latest);
            item["configurationStateId"] = _latest.ToUnixTimeMilliseconds();
            item["awsAccountId"] = id;
            var key = (ConfigItem.Type(item), ConfigItem.Id(item));
            if (!_history.TryGetValue(key, out var captures))
            {
                _history[key] = captures = [];
            }

            change = new ItemChange(Copy(item), captures.Count == 0 ? null : Copy(captures[^1]), actor, _latest);
            captures.Add(item);
        }

        Changed?.Invoke(change);
        return change;
    }

    private JsonObject? Latest(string type, string idOrName) =>
        _history.TryGetValue((type, idOrName), out var captures)
            ? captures[^1]
            : _history.Where(pair => pair.Key.Type == type).Select(pair => pair.Value[^1]).FirstOrDefault(item =>
                !ConfigItem.IsDeleted(item) && (ConfigItem.Name(item) == idOrName || (string?)item["ARN"] == idOrName));

    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static JsonObject Copy(JsonObject item) => (JsonObject)item.DeepClone();
}
