using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Simulators.Azure;
using ServerlessGuard.Simulators.Azure.EventGrid;
using ServerlessGuard.Simulators.Azure.Subscription;

namespace ServerlessGuard.EndToEnd.Tests.Azure.Lab;

/// <summary>The simulated ARM answers as ARM does where the product depends on it.</summary>
public sealed class ArmServerTests : IAsyncLifetime, IDisposable
{
    private const string Version = "?api-version=2024-01-01";
    private readonly HttpClient _http = new();
    private readonly List<ArmChange> _changes = [];
    private ManagedIdentityEndpoint _identity = null!;
    private ArmServer _arm = null!;

    public async Task InitializeAsync()
    {
        var log = new LabLog();
        _identity = await ManagedIdentityEndpoint.StartAsync([LabIdentity.Reader, LabIdentity.Fixer], log, TimeProvider.System, default);
        _arm = await ArmServer.StartAsync(SeedSubscription.Load(), SeedSubscription.Subscription, _identity, log, TimeProvider.System, default);
        _arm.Api.Changed = _changes.Add;
    }

    public async Task DisposeAsync()
    {
        await _arm.DisposeAsync();
        await _identity.DisposeAsync();
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Tokens_are_asked_for_with_the_secret_and_name_an_identity()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await TokenAsync(LabIdentity.Reader, secret: "wrong")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await TokenAsync(LabIdentity.Person)).Status);
        var (_, token) = await TokenAsync(LabIdentity.Reader);
        Assert.Equal("Bearer", (string?)token["token_type"]);
        Assert.True(long.Parse((string)token["expires_on"]!) > DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Without_a_live_token_for_ARM_nothing_is_shown()
    {
        Assert.Equal("AuthenticationFailed", await CodeAsync("GET", SeedSubscription.Storage, token: null));
        Assert.Equal("InvalidAuthenticationToken", await CodeAsync("GET", SeedSubscription.Storage, token: "made-up"));
        var (_, storage) = await TokenAsync(LabIdentity.Reader, resource: "https://storage.azure.com");
        Assert.Equal("InvalidAuthenticationTokenAudience", await CodeAsync("GET", SeedSubscription.Storage, (string)storage["access_token"]!));
        var reader = await BearerAsync(LabIdentity.Reader);
        Assert.Null(await CodeAsync("GET", SeedSubscription.Storage, reader));
        _identity.ExpireAll();
        Assert.Equal("ExpiredAuthenticationToken", await CodeAsync("GET", SeedSubscription.Storage, reader));
    }

    [Fact]
    public async Task The_reader_may_not_write_and_nothing_is_told()
    {
        var reader = await BearerAsync(LabIdentity.Reader);
        Assert.Equal("AuthorizationFailed", await CodeAsync("PATCH", SeedSubscription.Storage, reader, """{"tags":{"a":"b"}}"""));
        Assert.Equal("AuthorizationFailed", await CodeAsync("POST", SeedSubscription.Storage + "/listKeys", reader));
        Assert.Null(await CodeAsync("POST", SeedSubscription.Group + "/providers/Microsoft.Web/sites/northwind-api/config/appsettings/list", reader));
        Assert.Single(_changes);
    }

    [Fact]
    public async Task Absent_things_are_absent_in_the_words_of_ARM()
    {
        var reader = await BearerAsync(LabIdentity.Reader);
        Assert.Equal("MissingApiVersionParameter", await CodeAsync("GET", SeedSubscription.Storage, reader, version: ""));
        Assert.Equal("InvalidApiVersionParameter", await CodeAsync("GET", SeedSubscription.Storage, reader, version: "?api-version=latest"));
        Assert.Equal("ResourceNotFound", await CodeAsync("GET", SeedSubscription.Storage + "x", reader));
        Assert.Equal("ContainerNotFound", await CodeAsync("GET", SeedSubscription.Container("none"), reader));
        Assert.Equal("ParentResourceNotFound", await CodeAsync("GET", SeedSubscription.Storage + "x/blobServices/default/containers", reader));
        Assert.Equal("SubscriptionNotFound", await CodeAsync("GET", "/subscriptions/22222222-2222-3333-4444-555555555555/resourceGroups/x", reader));
        Assert.Equal("MethodNotAllowed", await CodeAsync("GET", SeedSubscription.Group + "/providers/Microsoft.Web/sites/northwind-api/config/appsettings", reader));
    }

    [Fact]
    public async Task Lists_come_in_pages_and_assignments_are_inherited()
    {
        var reader = await BearerAsync(LabIdentity.Reader);
        var (_, first) = await SendAsync("GET", SeedSubscription.Storage + "/blobServices/default/containers", reader);
        Assert.Equal(3, first!["value"]!.AsArray().Count);
        var (_, second) = await SendAsync("GET", new Uri((string)first["nextLink"]!).PathAndQuery, reader, version: "");
        Assert.Equal("training", (string?)second!["value"]!.AsArray().Single()!["name"]);
        Assert.False(second.AsObject().ContainsKey("nextLink"));
        var (_, below) = await SendAsync("GET", $"/subscriptions/{SeedSubscription.Subscription}/providers/Microsoft.Authorization/roleAssignments", reader);
        Assert.Single(below!["value"]!.AsArray());
        var (_, at) = await SendAsync("GET", $"/subscriptions/{SeedSubscription.Subscription}/providers/Microsoft.Authorization/roleAssignments", reader, version: Version + "&$filter=atScope()");
        Assert.Empty(at!["value"]!.AsArray());
    }

    [Fact]
    public async Task A_rule_of_a_network_security_group_lies_in_its_group_and_changes_its_etag()
    {
        var fixer = await BearerAsync(LabIdentity.Fixer);
        var etag = (string?)_arm.Store.Find(SeedSubscription.Nsg)!["etag"];
        Breakage.OpenSsh.Apply(_arm);
        var group = _arm.Store.Find(SeedSubscription.Nsg)!;
        Assert.Equal(3, group["properties"]!["securityRules"]!.AsArray().Count);
        Assert.Equal(SeedSubscription.Nsg + "/securityRules/ssh-anywhere", _changes.Single().ResourceUri);
        using var stale = Request("PUT", SeedSubscription.Nsg, fixer, group.ToJsonString());
        stale.Headers.TryAddWithoutValidation("If-Match", etag);
        using var refused = await _http.SendAsync(stale);
        Assert.Equal(HttpStatusCode.PreconditionFailed, refused.StatusCode);
        using var delete = Request("DELETE", SeedSubscription.Nsg + "/securityRules/ssh-anywhere", fixer);
        using var deleted = await _http.SendAsync(delete);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(2, _arm.Store.Find(SeedSubscription.Nsg)!["properties"]!["securityRules"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_slow_write_takes_place_and_is_told_when_it_is_done()
    {
        var fixer = await BearerAsync(LabIdentity.Fixer);
        _arm.Api.SlowTypes.Add("Microsoft.CognitiveServices/accounts");
        using var request = Request("PATCH", SeedSubscription.Model, fixer, """{"properties":{"disableLocalAuth":false}}""");
        using var accepted = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Empty(_changes);
        var poll = new Uri(accepted.Headers.GetValues("Azure-AsyncOperation").Single()).PathAndQuery;
        Assert.Equal("InProgress", (string?)(await SendAsync("GET", poll, fixer, version: "")).Body!["status"]);
        Assert.Equal("Succeeded", (string?)(await SendAsync("GET", poll, fixer, version: "")).Body!["status"]);
        Assert.Equal("Microsoft.CognitiveServices/accounts/write", _changes.Single().OperationName);
        Assert.False(_arm.Store.Find(SeedSubscription.Model)!["properties"]!["disableLocalAuth"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Faults_come_as_often_as_they_are_asked_for()
    {
        var reader = await BearerAsync(LabIdentity.Reader);
        _arm.Inject(new ArmFault("GET", "/storageAccounts/", ArmAnswer.Throttled(1), Times: 2));
        _arm.Inject(new ArmFault(Method: null, "/storageAccounts/", ArmAnswer.Html(502)));
        Assert.Equal("TooManyRequests", await CodeAsync("GET", SeedSubscription.Storage, reader));
        Assert.Equal("TooManyRequests", await CodeAsync("GET", SeedSubscription.Storage, reader));
        using var request = Request("GET", SeedSubscription.Storage, reader);
        using var html = await _http.SendAsync(request);
        Assert.Equal("text/html", html.Content.Headers.ContentType!.MediaType);
        Assert.Null(await CodeAsync("GET", SeedSubscription.Storage, reader));
    }

    [Fact]
    public async Task Resource_Graph_pages_where_it_sees_the_id()
    {
        var reader = await BearerAsync(LabIdentity.Reader);
        const string path = "/providers/Microsoft.ResourceGraph/resources";
        var seen = new List<string>();
        string? token = null;
        do
        {
            var query = new JsonObject
            {
                ["subscriptions"] = new JsonArray(SeedSubscription.Subscription),
                ["query"] = "resources | where type in~ ('Microsoft.Storage/storageAccounts', 'microsoft.network/networksecuritygroups', 'microsoft.sql/servers', 'microsoft.keyvault/vaults') | project id, type | order by id asc",
                ["options"] = new JsonObject { ["$skipToken"] = token },
            };
            var (_, page) = await SendAsync("POST", path, reader, query.ToJsonString());
            Assert.Equal(4, (int)page!["totalRecords"]!);
            seen.AddRange(page["data"]!.AsArray().Select(row => (string)row!["type"]!));
            token = (string?)page["$skipToken"];
        }
        while (token is not null);

        Assert.Equal(["microsoft.keyvault/vaults", "microsoft.network/networksecuritygroups", "microsoft.sql/servers", "microsoft.storage/storageaccounts"], seen.Order(StringComparer.Ordinal));
        Assert.Equal("BadRequest", await CodeAsync("POST", path, reader, """{"query":"resources | summarize count()"}"""));
    }

    [Fact]
    public async Task A_policy_remediation_runs_to_its_end_and_does_what_the_policy_does()
    {
        var fixer = await BearerAsync(LabIdentity.Fixer);
        const string assignment = SeedSubscription.Group + "/providers/Microsoft.Authorization/policyAssignments/no-public-blobs";
        _arm.Api.Policies.Assign(assignment, new PolicyEffect(SeedSubscription.Storage, JsonNode.Parse("""{"properties":{"allowBlobPublicAccess":false}}""")!.AsObject()));
        Breakage.AllowBlobPublicAccess.Apply(_arm);
        var task = SeedSubscription.Group + "/providers/Microsoft.PolicyInsights/remediations/r1";
        var (_, accepted) = await SendAsync("PUT", task, fixer, $$$"""{"properties":{"policyAssignmentId":"{{{assignment}}}"}}""");
        Assert.Equal("Accepted", (string?)accepted!["properties"]!["provisioningState"]);
        Assert.Equal("InProgress", (string?)(await SendAsync("GET", task, fixer)).Body!["properties"]!["provisioningState"]);
        Assert.Equal("Succeeded", (string?)(await SendAsync("GET", task, fixer)).Body!["properties"]!["provisioningState"]);
        Assert.False(_arm.Store.Find(SeedSubscription.Storage)!["properties"]!["allowBlobPublicAccess"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData(EventSchema.EventGrid, "eventType")]
    [InlineData(EventSchema.CloudEvents, "type")]
    public void A_change_is_told_with_the_claims_of_who_made_it(EventSchema schema, string type)
    {
        Breakage.LocalAuth.Apply(_arm);
        var told = ArmEvents.Of(_changes.Single(), schema);
        Assert.Equal("Microsoft.Resources.ResourceWriteSuccess", (string?)told[type]);
        Assert.Equal(SeedSubscription.Model, (string?)told["subject"]);
        Assert.Equal("mallory.lindqvist@northwind.example", (string?)told["data"]!["claims"]!["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"]);
        Assert.Equal("Microsoft.CognitiveServices/accounts/write", (string?)told["data"]!["operationName"]);
    }

    private async Task<string> BearerAsync(LabIdentity identity) => (string)(await TokenAsync(identity)).Body["access_token"]!;

    private async Task<(HttpStatusCode Status, JsonNode Body)> TokenAsync(LabIdentity identity, string? secret = null, string resource = "https://management.azure.com")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{_identity.Endpoint}?api-version=2019-08-01&resource={Uri.EscapeDataString(resource)}&client_id={identity.ClientId}");
        request.Headers.Add("X-IDENTITY-HEADER", secret ?? _identity.Secret);
        using var answer = await _http.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }

    private async Task<string?> CodeAsync(string method, string path, string? token, string? body = null, string version = Version) =>
        (string?)(await SendAsync(method, path, token, body, version)).Body?["error"]?["code"];

    private async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(string method, string path, string? token, string? body = null, string version = Version)
    {
        using var request = Request(method, path, token, body, version);
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text));
    }

    private HttpRequestMessage Request(string method, string path, string? token, string? body = null, string version = Version)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_arm.Address, path.TrimStart('/') + version));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }
}
