using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Facts;
using ServerlessGuard.Remediation;
using ServerlessGuard.Simulators.StandIns;

namespace ServerlessGuard.Azure.Tests.Arm;

/// <summary>The client over real HTTP to a simulated ARM.</summary>
public sealed class ArmClientTests : IAsyncLifetime
{
    private const string Group = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg";
    private const string Account = Group + "/providers/Microsoft.Storage/storageAccounts/one";
    private const string Version = "2025-06-01";
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private ArmStandIn _server = null!;

    public async Task InitializeAsync() => _server = await ArmStandIn.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_resource_that_is_not_there_is_null_and_one_that_is_has_its_ETag()
    {
        Assert.Null(await Client().FindAsync(Account, Version, Cancel));
        _server.Seed(Account, Properties("""{"allowBlobPublicAccess":true}"""));
        var found = await Client().FindAsync(Account, Version, Cancel);
        Assert.True(found!.Body.GetProperty("properties").GetProperty("allowBlobPublicAccess").GetBoolean());
        Assert.NotNull(found.ETag);
    }

    [Fact]
    public async Task A_list_is_read_page_by_page()
    {
        _server.PageSize = 3;
        for (var i = 0; i < 8; i++)
        {
            _server.Seed($"{Account}/blobServices/default/containers/c{i}", Properties("{}"));
        }

        var names = new List<string>();
        await foreach (var item in Client().ListAsync(Account + "/blobServices/default/containers", Version, Cancel))
        {
            names.Add(item.GetProperty("name").GetString()!);
        }

        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"c{i}"), names);
        Assert.Equal(3, _server.Calls.Count);
    }

    [Theory]
    [InlineData("https://evil.example/subscriptions/1?api-version=2020-01-01")]
    [InlineData("http://127.0.0.1:1/next")]
    [InlineData("not a link")]
    public async Task A_next_page_elsewhere_is_not_followed(string link)
    {
        _server.Fault = _ => new ArmAnswer(200, new JsonObject { ["value"] = new JsonArray(), ["nextLink"] = link }.ToJsonString());
        var fault = await Assert.ThrowsAsync<CloudCallException>(async () =>
        {
            await foreach (var _ in Client().ListAsync(Account + "/blobServices/default/containers", Version, Cancel))
            {
            }
        });
        Assert.Equal(("ForeignLink", false), (fault.Code, fault.IsTransient));
        Assert.Single(_server.Calls);
    }

    [Fact]
    public async Task The_subscriptions_of_our_tenant_are_listed_and_no_others()
    {
        const string Tenant = "22222222-2222-2222-2222-222222222222";
        _server.Fault = _ => new ArmAnswer(200, $$"""
            {"value":[
              {"subscriptionId":"BBBBBBBB-0000-0000-0000-000000000000","state":"Enabled","tenantId":"{{Tenant}}"},
              {"subscriptionId":"aaaaaaaa-0000-0000-0000-000000000000","state":"Warned","tenantId":"{{Tenant}}"},
              {"subscriptionId":"cccccccc-0000-0000-0000-000000000000","state":"Deleted","tenantId":"{{Tenant}}"},
              {"subscriptionId":"dddddddd-0000-0000-0000-000000000000","state":"Enabled","tenantId":"99999999-0000-0000-0000-000000000000"},
              {"subscriptionId":"../x","state":"Enabled","tenantId":"{{Tenant}}"}]}
            """);
        Assert.Equal(
            ["aaaaaaaa-0000-0000-0000-000000000000", "bbbbbbbb-0000-0000-0000-000000000000"], await new ArmSource(Client()).SubscriptionsAsync(Tenant, Cancel));
        Assert.Equal("/subscriptions", Assert.Single(_server.Calls).Path);
    }

    [Fact]
    public async Task Graph_rows_come_page_by_page()
    {
        _server.PageSize = 2;
        for (var i = 0; i < 5; i++)
        {
            _server.Seed($"{Group}/providers/Microsoft.Storage/storageAccounts/s{i}", Properties("{}"));
        }

        var rows = 0;
        await foreach (var row in Client().QueryGraphAsync("resources | project id", ["00000000-0000-0000-0000-000000000001"], Cancel))
        {
            rows += row.TryGetProperty("id", out _) ? 1 : 0;
        }

        Assert.Equal(5, rows);
    }

    [Fact]
    public async Task A_storm_of_429_is_ridden_out()
    {
        var refused = 0;
        _server.Seed(Account, Properties("{}"));
        _server.Fault = _ => Interlocked.Increment(ref refused) <= 3 ? Throttled("0") : null;
        Assert.NotNull(await Client().FindAsync(Account, Version, Cancel));
        Assert.Equal(4, _server.Calls.Count);
    }

    [Theory]
    [InlineData("0", 5)]
    [InlineData("3600", 1)] // Longer than the function lives: not waited for.
    public async Task Throttled_for_good_is_transient(string retryAfter, int attempts)
    {
        _server.Fault = _ => Throttled(retryAfter);
        var fault = await Assert.ThrowsAsync<CloudCallException>(() => Client().FindAsync(Account, Version, Cancel));
        Assert.Equal(("TooManyRequests", true, false), (fault.Code, fault.IsTransient, fault.IsNotFound));
        Assert.Equal(attempts, _server.Calls.Count);
    }

    [Theory]
    [InlineData(502)]
    [InlineData(404)]
    [InlineData(403)]
    [InlineData(200)]
    public async Task A_page_of_a_proxy_says_nothing_about_the_resource(int status)
    {
        _server.Fault = _ => new ArmAnswer(status, "<html><body>Bad gateway, secret=hunter2</body></html>", "text/html");
        var fault = await Assert.ThrowsAsync<CloudCallException>(() => Client().FindAsync(Account, Version, Cancel));
        Assert.True(fault.IsTransient);
        Assert.False(fault.IsNotFound);
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("html", fault.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(404, "ResourceNotFound", false, true)]
    [InlineData(404, "ParentResourceNotFound", false, true)]
    [InlineData(404, "SubscriptionNotFound", false, true)]
    [InlineData(404, "InvalidResourceType", false, false)]
    [InlineData(403, "AuthorizationFailed", false, false)]
    [InlineData(409, "ScopeLocked", false, false)]
    [InlineData(409, "AnotherOperationInProgress", true, false)]
    [InlineData(412, "PreconditionFailed", true, false)]
    [InlineData(401, "ExpiredAuthenticationToken", true, false)]
    public async Task Errors_are_typed(int status, string code, bool transient, bool notFound)
    {
        _server.Fault = _ => ArmAnswer.Error(status, code, "why\r\nand a second line");
        var fault = await Assert.ThrowsAsync<CloudCallException>(() => Client().WriteAsync(new ArmWrite(HttpMethod.Patch, Account, Version, "{}"), Cancel));
        Assert.Equal((code, transient, notFound), (fault.Code, fault.IsTransient, fault.IsNotFound));
        Assert.Contains("why", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Theory]
    [InlineData("Azure-AsyncOperation", "PATCH")]
    [InlineData("Location", "PATCH")]
    [InlineData("Azure-AsyncOperation", "PUT")]
    [InlineData("Location", "DELETE")]
    public async Task A_long_running_write_is_followed_to_its_end(string header, string method)
    {
        _server.Seed(Account, Properties("""{"allowBlobPublicAccess":true}"""));
        (_server.Looks, _server.OperationHeader) = (3, header);
        var body = method is "DELETE" ? null : Properties("""{"allowBlobPublicAccess":false}""").ToJsonString();
        var after = await Client().WriteAsync(new ArmWrite(HttpMethod.Parse(method), Account, Version, body), Cancel);
        if (method is "DELETE")
        {
            Assert.Null(_server.Find(Account));
            return;
        }

        Assert.False(after!.Body.GetProperty("properties").GetProperty("allowBlobPublicAccess").GetBoolean());
    }

    [Fact]
    public async Task A_long_running_write_that_fails_is_a_failure_and_one_without_end_is_transient()
    {
        _server.Seed(Account, Properties("{}"));
        _server.Looks = int.MaxValue;
        var patch = new ArmWrite(HttpMethod.Patch, Account, Version, "{}");
        var endless = await Assert.ThrowsAsync<CloudCallException>(() => Client(patience: TimeSpan.FromMilliseconds(50)).WriteAsync(patch, Cancel));
        Assert.Equal(("StillRunning", true), (endless.Code, endless.IsTransient));

        _server.Fault = call => call.Path.StartsWith("/operations/", StringComparison.Ordinal) ? new ArmAnswer(200, """{"status":"Failed","error":{"code":"Quota"}}""") : null;
        var failed = await Assert.ThrowsAsync<CloudCallException>(() => Client().WriteAsync(patch, Cancel));
        Assert.Equal(("Failed", false), (failed.Code, failed.IsTransient));
    }

    [Fact]
    public async Task A_state_that_is_not_final_is_waited_for()
    {
        var looks = 0;
        _server.Fault = call => new ArmAnswer(200, Properties($$"""{"provisioningState":"{{(call.Method is "GET" && ++looks == 3 ? "Succeeded" : "Updating")}}"}""").ToJsonString());
        await Client().WriteAsync(new ArmWrite(HttpMethod.Patch, Account, Version, "{}"), Cancel);
        Assert.Equal(3, looks);
    }

    [Fact]
    public async Task A_write_after_somebody_elses_is_refused()
    {
        _server.Seed(Account, Properties("{}"));
        var seen = await Client().FindAsync(Account, Version, Cancel);
        _server.Seed(Account, Properties("""{"theirs":true}"""));
        var fault = await Assert.ThrowsAsync<CloudCallException>(() => Client().WriteAsync(new ArmWrite(HttpMethod.Patch, Account, Version, "{}", seen!.ETag), Cancel));
        Assert.Equal(("PreconditionFailed", true), (fault.Code, fault.IsTransient));
    }

    [Fact]
    public async Task An_expired_token_is_fetched_again_and_a_challenge_is_answered_with_a_new_one()
    {
        _server.Seed(Account, Properties("{}"));
        var expiring = Client(new LocalCredential(TimeSpan.FromSeconds(-1)));
        await expiring.FindAsync(Account, Version, Cancel);
        await expiring.FindAsync(Account, Version, Cancel);
        Assert.Equal(["Bearer token-1", "Bearer token-2"], _server.Calls.Select(call => call.Authorization));

        _server.Calls.Clear();
        // Continuous access evaluation: the token is revoked before it expires.
        _server.Fault = call => call.Authorization is "Bearer token-1"
            ? new ArmAnswer(401, """{"error":{"code":"ExpiredAuthenticationToken","message":"revoked"}}""")
            {
                Headers = { ["WWW-Authenticate"] = "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"" },
            }
            : null;
        Assert.NotNull(await Client().FindAsync(Account, Version, Cancel));
        Assert.Equal(["Bearer token-1", "Bearer token-2"], _server.Calls.Select(call => call.Authorization));
    }

    [Fact]
    public async Task The_token_is_for_the_audience_that_is_set()
    {
        var credential = new LocalCredential();
        await new ArmClient(Settings() with { Audience = "https://management.usgovcloudapi.net/" }, credential, TimeProvider.System).FindAsync(Account, Version, Cancel);
        Assert.Equal("https://management.usgovcloudapi.net/.default", Assert.Single(credential.Scopes));
    }

    [Theory]
    [InlineData("/subscriptions/1/../../providers/x/y/z")]
    [InlineData("/subscriptions/1/resourceGroups/./x")]
    [InlineData("/subscriptions/1?api-version=1")]
    [InlineData("/subscriptions/1#x")]
    [InlineData("/subscriptions/%2e%2e/x")]
    [InlineData("/subscriptions/1//x")]
    [InlineData("/subscriptions/1\\x")]
    [InlineData("/subscriptions/1\nHost: evil")]
    [InlineData("https://evil.example/subscriptions/1")]
    [InlineData("//evil.example/subscriptions/1")]
    [InlineData("@evil.example/subscriptions/1")]
    [InlineData("")]
    public async Task Hostile_ids_are_not_asked_for(string id)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Client().FindAsync(id, Version, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => Client().WriteAsync(new ArmWrite(HttpMethod.Delete, id, Version, null), Cancel));
        Assert.Empty(_server.Calls);
    }

    [Theory]
    [InlineData("http://management.azure.com")]
    [InlineData("ftp://127.0.0.1")]
    [InlineData("management.azure.com")]
    public void Plain_http_is_for_loopback_only(string endpoint) =>
        Assert.Throws<InvalidDataException>(() => ArmSettings.Read(name => name is "GUARD_ARM_ENDPOINT" ? endpoint : null));

    [Fact]
    public void Without_a_remediator_identity_nothing_can_be_fixed()
    {
        Assert.Null(ArmCredentials.Remediator(null));
        Assert.Null(ArmCredentials.Remediator(string.Empty));
        Assert.NotNull(ArmCredentials.Remediator("00000000-0000-0000-0000-000000000009"));
        Assert.NotNull(ArmCredentials.Reader(null));
    }

    [Fact]
    public void Every_type_that_a_reader_knows_has_a_pinned_version() => Assert.All(
        FactReaders.All.Select(reader => reader.NativeType)
            .Where(type => type.StartsWith("Microsoft.", StringComparison.Ordinal) && !type.StartsWith("Microsoft.Graph", StringComparison.Ordinal)),
        type => Assert.True(ArmApiVersions.Of(type) is not null, type));

    private ArmClient Client(LocalCredential? credential = null, TimeSpan? patience = null) =>
        new(Settings() with { Patience = patience ?? TimeSpan.FromSeconds(20) }, credential ?? new LocalCredential(), TimeProvider.System);

    private ArmSettings Settings() => new(_server.Endpoint, "https://management.azure.com") { FirstWait = TimeSpan.FromMilliseconds(1), Look = TimeSpan.FromMilliseconds(1) };

    private static ArmAnswer Throttled(string retryAfter) =>
        new(429, """{"error":{"code":"TooManyRequests","message":"slow down"}}""") { Headers = { ["Retry-After"] = retryAfter } };

    private static JsonObject Properties(string json) => new() { ["properties"] = JsonNode.Parse(json) };
}
