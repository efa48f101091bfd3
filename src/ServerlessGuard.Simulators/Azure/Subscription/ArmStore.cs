using System.Text.Json.Nodes;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>The resources of the simulated subscription: documents by id, whatever their type. Documents go in and out as copies.</summary>
public sealed class ArmStore
{
    /// <summary>Children that ARM keeps inside their parent's document.</summary>
    private static readonly Dictionary<string, string> Embedded = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Microsoft.Network/networkSecurityGroups/securityRules"] = "securityRules",
        ["Microsoft.Network/virtualNetworks/subnets"] = "subnets",
    };

    /// <summary>Types whose documents carry an etag and whose writes look at If-Match.</summary>
    private static readonly HashSet<string> WithEtag = new(StringComparer.OrdinalIgnoreCase)
    {
        "Microsoft.Network/networkSecurityGroups",
        "Microsoft.Network/networkSecurityGroups/securityRules",
        "Microsoft.Network/virtualNetworks",
        "Microsoft.CognitiveServices/accounts",
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        "Microsoft.DocumentDB/databaseAccounts",
    };

    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonObject> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _versions = new(StringComparer.Ordinal);

    public JsonObject? Find(string id)
    {
        lock (_gate)
        {
            return Locate(id)?.DeepClone().AsObject();
        }
    }

    public IReadOnlyList<JsonObject> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _documents.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value.DeepClone().AsObject())];
            }
        }
    }

    /// <summary>Null where the type has none. An embedded child has its parent's.</summary>
    public string? Etag(string id)
    {
        lock (_gate)
        {
            return ArmId.Type(id) is { } type && WithEtag.Contains(type) ? $"W/\"{Version(id):D}\"" : null;
        }
    }

    /// <summary>Replaces or creates; true when it was created.</summary>
    public bool Put(string id, JsonObject body)
    {
        lock (_gate)
        {
            var created = Locate(id) is null;
            var document = body.DeepClone().AsObject();
            document["id"] = ArmId.Normal(id);
            document["name"] = ArmId.Name(id);
            document["type"] = ArmId.Type(id);
            if (document["properties"] is JsonObject properties && properties["provisioningState"] is null
                && !id.Contains("/config/", StringComparison.OrdinalIgnoreCase))
            {
                properties["provisioningState"] = "Succeeded";
            }

            if (Siblings(id) is { } siblings)
            {
                siblings.RemoveAll(each => Named(each, id));
                siblings.Add((JsonNode)document);
            }
            else
            {
                _documents[ArmId.Key(id)] = document;
            }

            Touch(id, document);
            return created;
        }
    }

    /// <summary>
    /// Merges as ARM does: objects field by field, everything else as a whole, null removes. False when there is nothing to patch.
    /// </summary>
    public bool Patch(string id, JsonObject patch)
    {
        lock (_gate)
        {
            if (Locate(id) is not { } document)
            {
                return false;
            }

            Merge(document, patch);
            Touch(id, document);
            return true;
        }
    }

    /// <summary>With everything below it. False when there is nothing.</summary>
    public bool Delete(string id)
    {
        lock (_gate)
        {
            if (Siblings(id) is { } siblings)
            {
                var removed = siblings.RemoveAll(each => Named(each, id)) > 0;
                Touch(id, document: null);
                return removed;
            }

            var key = ArmId.Key(id);
            foreach (var below in _documents.Keys.Where(each => each.StartsWith(key + "/", StringComparison.Ordinal)).ToList())
            {
                _documents.Remove(below);
            }

            return _documents.Remove(key);
        }
    }

    /// <summary>The members of a collection: direct children; for lists of a subscription or group, everything of the type in it.</summary>
    public IReadOnlyList<JsonObject> List(ArmPath path)
    {
        lock (_gate)
        {
            if (Embedded.TryGetValue(path.Type, out var field))
            {
                return [.. (Locate(path.Id)?["properties"]?[field]?.AsArray() ?? []).OfType<JsonObject>()
                    .Select(each => each.DeepClone().AsObject())];
            }

            var scope = ArmId.Key(path.Id) + "/";
            var direct = path.CollectionKey + "/";
            var wide = ArmId.Type(path.Id) is "Microsoft.Resources/subscriptions" or "Microsoft.Resources/resourceGroups"
                && path.Type.Count(letter => letter == '/') == 1;
            return
            [
                .. _documents.Where(pair => wide
                        ? pair.Key.StartsWith(scope, StringComparison.Ordinal)
                            && string.Equals(ArmId.Type(pair.Key), path.Type, StringComparison.OrdinalIgnoreCase)
                        : pair.Key.StartsWith(direct, StringComparison.Ordinal)
                            && !pair.Key[direct.Length..].Contains('/', StringComparison.Ordinal))
                    .OrderBy(pair => pair.Key, StringComparer.Ordinal)
                    .Select(pair => pair.Value.DeepClone().AsObject()),
            ];
        }
    }

    private JsonObject? Locate(string id) => Siblings(id) is { } siblings
        ? siblings.OfType<JsonObject>().FirstOrDefault(each => Named(each, id))
        : _documents.GetValueOrDefault(ArmId.Key(id));

    /// <summary>The array in the parent that an embedded child lies in.</summary>
    private JsonArray? Siblings(string id)
    {
        if (ArmId.Type(id) is not { } type || !Embedded.TryGetValue(type, out var field)
            || !_documents.TryGetValue(ArmId.Key(ArmId.Parent(id)!), out var parent))
        {
            return null;
        }

        var properties = parent["properties"] as JsonObject;
        if (properties?[field] is not JsonArray siblings && properties is not null)
        {
            properties[field] = siblings = [];
        }
        else
        {
            siblings = properties?[field] as JsonArray ?? [];
        }

        return siblings;
    }

    private long Version(string id) => _versions.GetValueOrDefault(Owner(id));

    private void Touch(string id, JsonObject? document)
    {
        _versions[Owner(id)] = Version(id) + 1;
        if (document is not null && ArmId.Type(id) is { } type && WithEtag.Contains(type))
        {
            document["etag"] = $"W/\"{Version(id):D}\"";
        }
    }

    private static string Owner(string id) => ArmId.Key(ArmId.Type(id) is { } type && Embedded.ContainsKey(type) ? ArmId.Parent(id)! : id);

    private static bool Named(JsonNode? each, string id) =>
        string.Equals((string?)each?["name"], ArmId.Name(id), StringComparison.OrdinalIgnoreCase);

    private static void Merge(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            var key = into.Select(field => field.Key).FirstOrDefault(each => string.Equals(each, name, StringComparison.OrdinalIgnoreCase))
                ?? name;
            switch (value)
            {
                case null:
                    into.Remove(key);
                    break;
                case JsonObject fields when into[key] is JsonObject existing:
                    Merge(existing, fields);
                    break;
                default:
                    into[key] = value.DeepClone();
                    break;
            }
        }
    }
}
