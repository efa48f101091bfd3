using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Ingestion;

/// <summary>
/// An ARM resource as GET, a list, Resource Graph or an export gives it, with the child resources that stand in its <c>resources</c>.
/// </summary>
/// <remarks>
/// Exports are careless: a child may lack its id, carry its id as name, or carry its parent's type. The id decides the type where there is
/// one; the resource that embeds a child is its parent.
/// </remarks>
internal static class ArmReader
{
    public static bool Recognises(Doc record, Envelope envelope) =>
        ArmId.Looks(record["id"].Text)
        || record["type"].Text is { } type && type.Contains('/', StringComparison.Ordinal)
            && !type.Contains("://", StringComparison.Ordinal)
            && type.Contains('.', StringComparison.Ordinal)
        || envelope.ParentId is not null && record["name"].IsText;

    public static IEnumerable<Reading> Read(Doc record, Envelope envelope)
    {
        var (id, type) = Identify(record, envelope);
        if (type is null)
        {
            yield return new Reading.Unreadable($"an ARM id without a recognisable type: {DocText.Shown(id)}");
            yield break;
        }

        yield return new Reading.Found(new Resource
        {
            Ref = new ResourceRef
            {
                Provider = Provider.Azure,
                NativeType = Repeated.Of(type)!,
                Id = id,
                Account = Repeated.Of(ArmId.Subscription(id) ?? record["subscriptionId"].NonEmpty?.ToLowerInvariant() ?? envelope.Account),
                Region = Repeated.Of(record["location"].NonEmpty is { } location ? Location(location) : null),
                Name = record["name"].NonEmpty is { } name && !ArmId.Looks(name) ? name : ArmId.Name(id),
            },
            Document = record,
            Configuration = record["properties"].IsText ? record["properties"].Decoded() : record["properties"],
            CapturedAt = null,
            ParentKey = ParentKey(id, envelope),
        });

        var children = envelope.Deeper() with { ParentId = id, ParentType = type, Account = ArmId.Subscription(id) ?? envelope.Account };
        foreach (var child in record["resources"].Items)
        {
            if (child.IsObject)
            {
                foreach (var reading in RecordReader.Read(child, children))
                {
                    yield return reading;
                }
            }
        }
    }

    /// <summary>
    /// The resource that embeds a child is its parent, unless the child's id says that it belongs to something further down inside it. An
    /// id that names another resource altogether is an exporter's slip.
    /// </summary>
    private static string? ParentKey(string id, Envelope envelope)
    {
        var spelled = ArmId.Parent(id) is { } parent ? ArmId.Key(parent) : null;
        if (envelope.ParentId is not { } embedding)
        {
            return spelled;
        }

        var outer = ArmId.Key(embedding);
        return spelled is not null && spelled.StartsWith(outer + "/", StringComparison.Ordinal) ? spelled : outer;
    }

    /// <summary>"East US" and "eastus" are one location.</summary>
    internal static string Location(string location) =>
        string.Concat(location.Where(c => !char.IsWhiteSpace(c))).ToLowerInvariant();

    private static (string Id, string? Type) Identify(Doc record, Envelope envelope)
    {
        var stated = record["type"].NonEmpty;
        var id = record["id"].NonEmpty is { } own && ArmId.Looks(own)
            ? own : record["name"].NonEmpty is { } named && ArmId.Looks(named) ? named : null;
        if (id is not null)
        {
            var spelled = ArmId.Type(id);
            var agreed = spelled is not null && string.Equals(spelled, stated, StringComparison.OrdinalIgnoreCase);
            return (ArmId.Normal(id), agreed ? stated : spelled ?? stated);
        }

        var name = record["name"].NonEmpty ?? "(unnamed)";
        if (envelope.ParentId is not { } parent)
        {
            return ($"{stated}/{name}", stated);
        }

        // A child without an id: below its parent by its type's further parts, or an extension of it when its type is of another tree. A
        // name may carry its ancestors' ("account/default/container"); the singletons between are called default.
        stated ??= envelope.ParentType + "/unknown";
        if (!stated.StartsWith(envelope.ParentType + "/", StringComparison.OrdinalIgnoreCase))
        {
            return ($"{parent}/providers/{stated}/{name[(name.LastIndexOf('/') + 1)..]}", stated);
        }

        var types = stated[(envelope.ParentType!.Length + 1)..].Split('/');
        var names = name.Split('/');
        var path = types.Select((type, index) =>
            $"/{type}/{(index + names.Length - types.Length is var at and >= 0 ? names[at] : "default")}");
        return (parent + string.Concat(path), stated);
    }
}
