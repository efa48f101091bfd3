using System.Collections.Concurrent;
using System.Text.Json;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Tests.Events;

/// <summary>A subscription in memory, as ARM would show it. Ids compare without case.</summary>
internal sealed class FakeSource : IResourceSource
{
    public const string Subscription = "11111111-1111-1111-1111-111111111111";
    public const string Group = $"/subscriptions/{Subscription}/resourceGroups/rg";
    public const string Account = Group + "/providers/Microsoft.Storage/storageAccounts/acct";

    public ConcurrentDictionary<string, string> Resources { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Func<string, Task>? OnRead { get; set; }

    public int Reads { get; private set; }

    bool IResourceSource.Reads(string type) => true;

    public async Task<JsonElement?> FindAsync(string id, CancellationToken cancellation)
    {
        Reads++;
        await (OnRead?.Invoke(id) ?? Task.CompletedTask);
        return Resources.TryGetValue(id, out var document) ? JsonElement.Parse(document) : null;
    }

    public Task<IReadOnlyList<JsonElement>> ListAsync(string collection, string type, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<JsonElement>>(
        [.. Resources.Where(entry => entry.Key.StartsWith(collection + "/", StringComparison.OrdinalIgnoreCase) && !entry.Key[(collection.Length + 1)..].Contains('/')).Select(entry => JsonElement.Parse(entry.Value))]);

    public Task<JsonElement?> PostListAsync(string id, CancellationToken cancellation) => FindAsync(id, cancellation);

    public Task<IReadOnlyList<string>> SubscriptionsAsync(string? tenant, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<string>>(tenant == Bench.Tenant ? [.. Resources.Keys.Select(ArmId.Subscription).OfType<string>().Distinct().Order(StringComparer.Ordinal)] : []);

    public async IAsyncEnumerable<string> IdsAsync(string type, IReadOnlyList<string> subscriptions, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        foreach (var id in Resources.Keys.Where(id => subscriptions.Contains(ArmId.Subscription(id)) && type.Equals(ArmId.Type(id), StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal))
        {
            yield return id;
        }
    }

    /// <summary>A storage account; open: plain http allowed, TLS 1.0, containers may be public.</summary>
    public void PutAccount(bool isOpen, string id = Account)
    {
        var name = id[(id.LastIndexOf('/') + 1)..];
        Resources[id] = $$$$"""
            {"id":"{{{{id}}}}","name":"{{{{name}}}}","type":"Microsoft.Storage/storageAccounts","location":"westeurope","kind":"StorageV2","properties":{
              "supportsHttpsTrafficOnly":{{{{(isOpen ? "false" : "true")}}}},"minimumTlsVersion":"TLS1_2","allowBlobPublicAccess":{{{{(isOpen ? "true" : "false")}}}},
              "allowSharedKeyAccess":false,"publicNetworkAccess":"{{{{(isOpen ? "Enabled" : "Disabled")}}}}","networkAcls":{"defaultAction":"{{{{(isOpen ? "Allow" : "Deny")}}}}"}}}
            """;
        Resources[id + "/blobServices/default"] = $$$$"""
            {"id":"{{{{id}}}}/blobServices/default","name":"default","type":"Microsoft.Storage/storageAccounts/blobServices","properties":{
              "deleteRetentionPolicy":{"enabled":true,"days":7},"containerDeleteRetentionPolicy":{"enabled":true,"days":7}}}
            """;
    }

    public void PutContainer(string name, string access, string account = Account) =>
        Resources[$"{account}/blobServices/default/containers/{name}"] = $$$$"""
            {"id":"{{{{account}}}}/blobServices/default/containers/{{{{name}}}}","name":"{{{{name}}}}","type":"Microsoft.Storage/storageAccounts/blobServices/containers","properties":{"publicAccess":"{{{{access}}}}"}}
            """;

    public void Remove(string id)
    {
        foreach (var key in Resources.Keys.Where(key => key.Equals(id, StringComparison.OrdinalIgnoreCase) || key.StartsWith(id + "/", StringComparison.OrdinalIgnoreCase)))
        {
            Resources.TryRemove(key, out _);
        }
    }

    public static CloudCallException Throttled() => new("429", "throttled", isTransient: true);
}
