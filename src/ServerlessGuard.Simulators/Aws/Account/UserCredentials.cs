using System.Collections.Concurrent;

namespace ServerlessGuard.Simulators.Aws.Account;

/// <summary>Access keys and console passwords of simulated IAM users. There are no secrets in it: none are ever issued.</summary>
public sealed class UserCredentials
{
    private readonly ConcurrentDictionary<string, SimulatedKey> _keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _passwords = new(StringComparer.Ordinal);

    public IReadOnlyList<SimulatedKey> Keys(string user) => [.. _keys.Values.Where(key => key.User == user).OrderBy(key => key.Created)];

    public SimulatedKey? Key(string id) => _keys.GetValueOrDefault(id);

    public void Put(SimulatedKey key) => _keys[key.Id] = key;

    public bool Remove(string id) => _keys.TryRemove(id, out _);

    /// <summary>When the console password was set; null: there is none.</summary>
    public DateTimeOffset? Password(string user) => _passwords.TryGetValue(user, out var at) ? at : null;

    public void SetPassword(string user, DateTimeOffset at) => _passwords[user] = at;

    public bool RemovePassword(string user) => _passwords.TryRemove(user, out _);
}

/// <param name="Id">AKIA…</param>
/// <param name="User">The user's name.</param>
/// <param name="Active">Active or inactive.</param>
/// <param name="Created">When it was made.</param>
/// <param name="LastUsed">Null: never.</param>
public sealed record SimulatedKey(string Id, string User, bool Active, DateTimeOffset Created, DateTimeOffset? LastUsed);
