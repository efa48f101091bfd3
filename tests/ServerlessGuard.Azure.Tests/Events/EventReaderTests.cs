using System.Text.Json;
using ServerlessGuard.Azure.Events;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Tests.Events;

public sealed class EventReaderTests
{
    private readonly EventReader _reader = new([FakeSource.Subscription], Bench.Tenant, [Bench.OwnClient]);

    private EventReading Read(string json) => _reader.Read(JsonElement.Parse(json));

    private static string Reason(EventReading reading) => Assert.IsType<EventReading.Refused>(reading).Reason;

    [Fact]
    public void The_event_grid_schema_is_read()
    {
        var change = Assert.IsType<EventReading.Found>(Read(Bench.EventJson(FakeSource.Account))).Change;
        Assert.Equal((FakeSource.Account, ChangeKind.Written, "Microsoft.Storage/storageAccounts/write", "ada@example.org", false), (change.ResourceId, change.Kind, change.Operation, change.Actor, change.IsOwn));
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 10, 0, 0, TimeSpan.Zero), change.At);
    }

    [Theory]
    [InlineData("specversion")]
    [InlineData("specVersion")]
    public void Cloud_events_are_read_in_both_spellings(string version)
    {
        var json = $$$"""
            {"{{{version}}}":"1.0","id":"1","source":"/subscriptions/{{{FakeSource.Subscription}}}","subject":"{{{FakeSource.Account}}}","type":"Microsoft.Resources.ResourceDeleteSuccess","time":"2026-11-25T10:00:00Z",
             "data":{"resourceUri":"{{{FakeSource.Account}}}","operationName":"Microsoft.Storage/storageAccounts/delete","tenantId":"{{{Bench.Tenant}}}"}}
            """;
        Assert.Equal(ChangeKind.Deleted, Assert.IsType<EventReading.Found>(Read(json)).Change.Kind);
    }

    [Theory]
    [InlineData("Created")]
    [InlineData("Changed")]
    [InlineData("Deleted")]
    public void A_policy_state_names_its_resource_in_the_subject(string what)
    {
        var json = $$"""
            [{"id":"5829","topic":"/subscriptions/{{FakeSource.Subscription}}","subject":"{{FakeSource.Account}}","eventType":"Microsoft.PolicyInsights.PolicyState{{what}}","eventTime":"2026-11-25T10:00:00Z",
              "data":{"timestamp":"2026-11-25T10:00:00Z","complianceState":"NonCompliant","subscriptionId":"{{FakeSource.Subscription}}"},"dataVersion":"1","metadataVersion":"1"}]
            """;
        var change = Assert.IsType<EventReading.Found>(_reader.Read(JsonElement.Parse(json)[0])).Change;
        Assert.Equal((ChangeKind.PolicyState, FakeSource.Account), (change.Kind, change.ResourceId));
    }

    [Theory]
    [InlineData("""{"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn":"ada@example.org","appid":"44444444-4444-4444-4444-444444444444"}""", "ada@example.org")]
    [InlineData("""{"appid":"44444444-4444-4444-4444-444444444444"}""", "app:44444444-4444-4444-4444-444444444444")]
    [InlineData("""{"http://schemas.microsoft.com/identity/claims/objectidentifier":"55555555-5555-5555-5555-555555555555"}""", "oid:55555555-5555-5555-5555-555555555555")]
    [InlineData("""{"upn":"a\u0000b\r\nc"}""", "a��b�c")]
    [InlineData("""{"upn":42}""", null)]
    [InlineData("""{}""", null)]
    public void The_actor_is_a_name_an_application_or_an_object(string claims, string? actor)
    {
        var change = Assert.IsType<EventReading.Found>(Read(Bench.EventJson(FakeSource.Account, claims: claims))).Change;
        Assert.Equal(actor?.Replace("��b�c", "�b��c", StringComparison.Ordinal), change.Actor);
    }

    [Fact]
    public void Our_own_write_is_ours_and_our_own_action_is_ignored()
    {
        var claims = $$"""{"appid":"{{Bench.OwnClient.ToUpperInvariant()}}"}""";
        var change = Assert.IsType<EventReading.Found>(Read(Bench.EventJson(FakeSource.Account, claims: claims))).Change;
        Assert.Equal((true, Remedy.Own), (change.IsOwn, change.Actor));
        Assert.IsType<EventReading.Ignored>(Read(Bench.EventJson(FakeSource.Account, "Action", "Microsoft.Storage/storageAccounts/listKeys/action", claims: claims)));
    }

    [Fact]
    public void Another_subscription_and_another_tenant_are_refused()
    {
        const string Other = "99999999-9999-9999-9999-999999999999";
        Assert.Contains("subscription", Reason(Read(Bench.EventJson(FakeSource.Account.Replace(FakeSource.Subscription, Other, StringComparison.Ordinal), subscription: Other))), StringComparison.Ordinal);
        Assert.Contains("tenant", Reason(Read(Bench.EventJson(FakeSource.Account, tenant: Other))), StringComparison.Ordinal);
        Assert.Contains("topic", Reason(Read(Bench.EventJson(FakeSource.Account, subscription: Other))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("https://evil.example/subscriptions/11111111-1111-1111-1111-111111111111")]
    [InlineData("/providers/Microsoft.Management/managementGroups/x")]
    [InlineData("/subscriptions/not-a-guid/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/a")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage/storageAccounts/../../../x")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage/storageAccounts/.. ")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage/storageAccounts/%2e%2e")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage//storageAccounts/a")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage/storageAccounts/a?api-version=1")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage/storageAccounts/a#b")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage/storageAccounts/a' or '1' eq '1")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage/storageAccounts/a&$filter=true")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage/storageAccounts/a\\\\b")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage/storageAccounts/a\\r\\nX-Evil: 1")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage/storageAccounts/a\\u0000")]
    [InlineData(FakeSource.Group + "/providers/Microsoft.Storage/storageAccounts/a\\ud83d")]
    public void A_hostile_id_is_refused_and_shown_without_control_characters(string id)
    {
        var refused = Assert.IsType<EventReading.Refused>(Read(Bench.EventJson(id)));
        Assert.DoesNotContain(refused.Subject, char.IsControl);
    }

    [Fact]
    public void A_very_long_subject_is_refused_and_cut()
    {
        var refused = Assert.IsType<EventReading.Refused>(Read(Bench.EventJson(FakeSource.Account + new string('x', 100_000))));
        Assert.Equal(1024, refused.Subject.Length);
    }

    [Theory]
    [InlineData("42")]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"eventType":7,"subject":[]}""")]
    [InlineData("""{"specversion":"1.0"}""")]
    public void What_is_no_event_is_refused(string json) => Assert.NotEmpty(Reason(Read(json)));

    [Fact]
    public void Another_kind_of_event_is_ignored() => Assert.IsType<EventReading.Ignored>(Read("""{"id":"1","eventType":"Microsoft.Storage.BlobCreated","subject":"/blobServices/default/containers/x/blobs/y"}"""));
}
