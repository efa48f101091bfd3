using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>A fix that is some properties of one ARM resource: most of them. Each is a row of <see cref="AzureRemediators"/>.</summary>
/// <remarks>ARM's PATCH is a merge: what is not named stays. A property that was absent is written back as its documented default, since null is not accepted everywhere.</remarks>
internal sealed class ArmProperties(RemediatorDescriptor descriptor, IArm arm, HttpMethod method, params IReadOnlyList<ArmProperty> properties) : Remediator
{
    public override RemediatorDescriptor Descriptor { get; } = descriptor;

    /// <summary>Why the live resource is not to be changed by us; null when it may be.</summary>
    public Func<JsonElement, Finding, string?> Refuses { get; init; } = static (_, _) => null;

    public required string Sentence { get; init; }

    public override async Task<JsonNode?> ReadAsync(Finding finding, CancellationToken cancellation)
    {
        if (await arm.FindAsync(finding.Resource.Id, Version(finding), cancellation) is not { } resource)
        {
            return null;
        }

        var slice = new JsonObject();
        foreach (var property in properties)
        {
            slice[property.Path] = property.Read(resource.Body);
        }

        // What only decides whether we may is part of what was read, but is never written: it would be drift when it changes.
        if (Refuses(resource.Body, finding) is { } reason)
        {
            slice[Refusal] = reason;
        }

        return slice;
    }

    public override Desired Desire(JsonNode live, Finding finding)
    {
        if (live[Refusal]?.GetValue<string>() is { } reason)
        {
            return new Desired.Refuse(reason);
        }

        var to = live.DeepClone().AsObject();
        foreach (var property in properties)
        {
            to[property.Path] = property.Wanted(live[property.Path]);
        }

        return JsonNode.DeepEquals(live, to)
            ? new Desired.Nothing()
            : new Desired.Change(to, Sentence, $"{method.Method} {finding.Resource.Id}?api-version={Version(finding)}");
    }

    public override Task WriteAsync(Finding finding, JsonNode from, JsonNode to, CancellationToken cancellation)
    {
        var body = new JsonObject();
        foreach (var property in properties.Where(property => !JsonNode.DeepEquals(from[property.Path], to[property.Path])))
        {
            property.Put(body, to[property.Path]?.DeepClone());
        }

        return arm.WriteAsync(new ArmWrite(method, finding.Resource.Id, Version(finding), body.ToJsonString()), cancellation);
    }

    private const string Refusal = "refused";

    private static string Version(Finding finding) => ArmApiVersions.Of(finding.Resource.NativeType)
        ?? throw new InvalidOperationException($"{finding.Resource.NativeType} has no pinned api-version");
}

/// <summary>One property below <c>properties</c>.</summary>
/// <param name="Path">Dotted: <c>network.publicNetworkAccess</c>.</param>
/// <param name="Default">What absent means to the service, as JSON; from its REST reference.</param>
/// <param name="Wanted">From the live value to the one it should have.</param>
internal sealed record ArmProperty(string Path, string Default, Func<JsonNode?, JsonNode?> Wanted)
{
    public static ArmProperty Set(string path, string absent, string wanted) => new(path, absent, _ => JsonNode.Parse(wanted));

    public JsonNode? Read(JsonElement resource)
    {
        var at = resource;
        foreach (var name in Path.Split('.').Prepend("properties"))
        {
            if (at.ValueKind is not JsonValueKind.Object || !at.TryGetProperty(name, out at) || at.ValueKind is JsonValueKind.Null)
            {
                return JsonNode.Parse(Default);
            }
        }

        return JsonNode.Parse(at.GetRawText());
    }

    public void Put(JsonObject body, JsonNode? value)
    {
        var at = body;
        foreach (var name in Path.Split('.').SkipLast(1).Prepend("properties"))
        {
            if (at[name] is not JsonObject inner)
            {
                at[name] = inner = [];
            }

            at = inner;
        }

        at[Path[(Path.LastIndexOf('.') + 1)..]] = value;
    }
}
