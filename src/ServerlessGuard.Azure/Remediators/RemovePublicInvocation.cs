using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-COMP-001: with an identity provider set up, authentication becomes a must (the rest of the settings stays as it is); without one,
/// public access is switched off, because a login that nobody can pass is the same with a worse message.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Web 2024-04-01, SiteAuthSettingsV2 (its secrets are names of app settings, never
/// values).</remarks>
public sealed class RemovePublicInvocation(IArm arm, AzureRemediatorOptions options) : ArmRemediator(arm)
{
    private const string Access = "publicNetworkAccess";
    private const string Enabled = "platformEnabled";
    private const string Required = "requireAuthentication";
    private const string Action = "unauthenticatedClientAction";
    private const string Providers = "identityProviders";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.RemovePublicInvocation;

    protected override async Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        if (await Arm.FindAsync(finding.Resource.Id, Version(finding), cancellation) is not { } site)
        {
            return null;
        }

        var settings = (await Arm.FindAsync(AuthId(finding), Version(finding), cancellation))?.Node()
            ?? new JsonObject { ["properties"] = new JsonObject() };
        var auth = settings.Properties();
        var (platform, validation) = (auth["platform"] as JsonObject ?? [], auth["globalValidation"] as JsonObject ?? []);
        return new Live(
            new JsonObject
            {
                [Access] = site.Node().Properties().Text(Access) is { Length: > 0 } access ? access : "Enabled",
                [Enabled] = platform.Flag("enabled") ?? false,
                [Required] = validation.Flag(Required) ?? false,
                [Action] = validation.Text(Action),
                [Providers] = new JsonArray(
                    [.. (auth[Providers] as JsonObject ?? []).Where(IsSetUp).Select(pair => pair.Key).Order(StringComparer.Ordinal)
                        .Select(name => JsonValue.Create(name))]),
            },
            null,
            settings);
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (live.Is(Access, "Disabled") || live.Flag(Enabled) is true && live.Flag(Required) is true)
        {
            return new Desired.Nothing();
        }

        if (IsOurs(finding))
        {
            return new Desired.Refuse("this is our own function app: Event Grid delivers to it and its functions check who calls");
        }

        var name = Shown(finding);
        if (live.Items(Providers).Count == 0)
        {
            var closed = live.With(Access, "Disabled");
            return new Desired.Change(
                closed, $"Switch off public access to function app {name}, which has no identity provider that could let callers in.",
                Call(HttpMethod.Patch, finding.Resource.Id, Version(finding), SiteBody(closed)));
        }

        var to = live.DeepClone().AsObject();
        to[Enabled] = true;
        to[Required] = true;
        to[Action] = "Return401";
        return new Desired.Change(
            to,
            $"Require authentication at function app {name} "
                + $"({DocText.Shown(string.Join(", ", live.Items(Providers).Select(one => (string?)one)))}).",
            Call(HttpMethod.Put, AuthId(finding), Version(finding),
                new JsonObject { ["platform"] = new JsonObject { ["enabled"] = true }, ["globalValidation"] = Validation([], to) }));
    }

    protected override async Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation)
    {
        if (!JsonNode.DeepEquals(from.Slice[Access], to[Access]))
        {
            await Arm.WriteAsync(new ArmWrite(HttpMethod.Patch, finding.Resource.Id, Version(finding), SiteBody(to).ToJsonString()),
                cancellation);
        }

        if (((string[])[Enabled, Required, Action]).All(name => JsonNode.DeepEquals(from.Slice[name], to[name])))
        {
            return;
        }

        var properties = from.Resource!.Properties().DeepClone().AsObject();
        var platform = properties["platform"] as JsonObject ?? [];
        platform["enabled"] = to.Flag(Enabled);
        properties["platform"] = platform.DeepClone();
        properties["globalValidation"] = Validation(properties["globalValidation"] as JsonObject ?? [], to);
        await Arm.WriteAsync(
            new ArmWrite(HttpMethod.Put, AuthId(finding), Version(finding), new JsonObject { ["properties"] = properties }.ToJsonString()),
                cancellation);
    }

    private static JsonObject Validation(JsonObject live, JsonObject to)
    {
        var validation = live.DeepClone().AsObject();
        validation[Required] = to.Flag(Required);
        validation.Remove(Action);
        if (to.Text(Action) is { } action)
        {
            validation[Action] = action;
        }

        return validation;
    }

    private static JsonObject SiteBody(JsonObject to) => new() { ["properties"] = new JsonObject { [Access] = to.Text(Access) } };

    private static string AuthId(Finding finding) => ArmId.Normal(finding.Resource.Id) + "/config/authsettingsV2";

    private static bool IsSetUp(KeyValuePair<string, JsonNode?> provider) =>
        provider.Value is JsonObject settings && settings.Flag("enabled") is not false
            && settings["registration"] is JsonObject registration
        && (registration.Text("clientId") ?? registration.Text("appId") ?? registration.Text("consumerKey")) is { Length: > 0 };

    /// <summary>A slot of ours is ours too.</summary>
    private bool IsOurs(Finding finding)
    {
        var site = finding.Resource.Id;
        while (ArmId.Parent(site) is { } parent && ArmId.Type(parent) is { } type
            && type.StartsWith("Microsoft.Web/sites", StringComparison.OrdinalIgnoreCase))
        {
            site = parent;
        }

        return options.IsOwnSite(site);
    }
}
