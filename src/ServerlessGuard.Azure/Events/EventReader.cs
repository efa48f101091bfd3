using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Events;

/// <summary>
/// Event Grid schema and CloudEvents 1.0 of Microsoft.Resources and Microsoft.PolicyInsights. Pure; every field is a stranger's.
/// </summary>
/// <remarks>Sources: "Azure subscription as an Event Grid source" and "Azure Policy as an Event Grid source" (Microsoft Learn).</remarks>
/// <param name="subscriptions">Lower-case ids that are ours; empty: all of the tenant's.</param>
/// <param name="tenant">Ours; null where it is not known.</param>
/// <param name="ownClients">Application ids of our own identities.</param>
public sealed class EventReader(ImmutableHashSet<string> subscriptions, string? tenant, IReadOnlyList<string> ownClients)
{
    private const int MaxSubject = 1024;
    private const int MaxActor = 200;

    // Claims have long names in old tokens and short ones in new.
    private static readonly string[] NameClaims =
    [
        "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn", "upn", "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
        "preferred_username", "unique_name",
    ];

    private static readonly string[] ApplicationClaims = ["appid", "azp", "client_id"];

    private static readonly string[] ObjectClaims = ["http://schemas.microsoft.com/identity/claims/objectidentifier", "oid"];

    public EventReading Read(JsonElement item)
    {
        if (item.ValueKind is not JsonValueKind.Object)
        {
            return Refuse("", "", "", "an event that is not a JSON object");
        }

        // One official sample spells specVersion.
        var isCloudEvent = Text(item, "specversion") is not null || Text(item, "specVersion") is not null;
        var id = Cut(Text(item, "id") ?? string.Empty, MaxActor);
        var type = Cut(Text(item, isCloudEvent ? "type" : "eventType") ?? string.Empty, MaxActor);
        var subject = Text(item, "subject") ?? string.Empty;
        if (type.Length == 0)
        {
            return Refuse(id, type, subject, "an event without a type: neither the Event Grid schema nor CloudEvents 1.0");
        }

        if (Kind(type) is not { } kind)
        {
            return new EventReading.Ignored($"{Printable(type)} is not an event about a resource");
        }

        var data = item.TryGetProperty("data", out var found) && found.ValueKind is JsonValueKind.Object ? found : default;
        var resource = (kind is ChangeKind.PolicyState ? null : Text(data, "resourceUri")) ?? subject;
        if (SoundArmId.Fault(resource) is { } fault)
        {
            return Refuse(id, type, subject, fault);
        }

        if (Foreign(item, data, resource, isCloudEvent) is { } foreign)
        {
            return Refuse(id, type, subject, foreign);
        }

        var change = new CloudChange(id, type, ArmId.Normal(resource), Time(Text(item, isCloudEvent ? "time" : "eventTime")))
        {
            Kind = kind,
            Operation = Text(data, "operationName") is { } operation ? Cut(operation, MaxActor) : null,
        };
        var claims = data.ValueKind is JsonValueKind.Object && data.TryGetProperty("claims", out var named)
            && named.ValueKind is JsonValueKind.Object ? named : default;
        var application = First(claims, ApplicationClaims);
        var own = application is not null && ownClients.Contains(application, StringComparer.OrdinalIgnoreCase);
        if (own && kind is ChangeKind.Acted)
        {
            // Our own listing of settings comes back as an event: to answer it would never end.
            return new EventReading.Ignored("an action of our own");
        }

        return new EventReading.Found(change with { IsOwn = own, Actor = own ? Remedy.Own : Actor(claims, application) });
    }

    private string? Foreign(JsonElement item, JsonElement data, string resource, bool isCloudEvent)
    {
        var subscription = ArmId.Subscription(resource)!;
        if (!subscriptions.IsEmpty && !subscriptions.Contains(subscription))
        {
            return "an event of a subscription that is not ours";
        }

        if (tenant is not null && Text(data, "tenantId") is { Length: > 0 } theirs
            && !theirs.Equals(tenant, StringComparison.OrdinalIgnoreCase))
        {
            return "an event of a tenant that is not ours";
        }

        // Topic and subject are written by Event Grid and by the resource provider: of one subscription, or one of them is forged.
        var topic = Text(item, isCloudEvent ? "source" : "topic");
        return topic is not null && ArmId.Subscription(topic) is { } other && other != subscription
            ? "an event whose topic belongs to another subscription than its resource"
            : null;
    }

    private static ChangeKind? Kind(string type) => type.ToLowerInvariant() switch
    {
        "microsoft.resources.resourcewritesuccess" => ChangeKind.Written,
        "microsoft.resources.resourcedeletesuccess" => ChangeKind.Deleted,
        "microsoft.resources.resourceactionsuccess" => ChangeKind.Acted,
        "microsoft.policyinsights.policystatecreated" or "microsoft.policyinsights.policystatechanged"
            or "microsoft.policyinsights.policystatedeleted" => ChangeKind.PolicyState,
        _ => null,
    };

    /// <summary>A person's name first; of an application its id.</summary>
    private static string? Actor(JsonElement claims, string? application)
    {
        var name = First(claims, NameClaims)
            ?? (application is not null ? "app:" + application : First(claims, ObjectClaims) is { } oid ? "oid:" + oid : null);
        return name is null ? null : Cut(Printable(name), MaxActor);
    }

    private static string? First(JsonElement claims, string[] names) =>
        names.Select(name => Text(claims, name)).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));

    private static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at
            : DateTimeOffset.UnixEpoch;

    private static string? Text(JsonElement item, string name) =>
        item.ValueKind is JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? Decode(value)
            : null;

    /// <summary>A lone surrogate is valid JSON, but no text.</summary>
    private static string? Decode(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static EventReading.Refused Refuse(string id, string type, string subject, string reason) =>
        new(Printable(id), Printable(type), Printable(Cut(subject, MaxSubject)), reason);

    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '�' : c));

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length];
}
