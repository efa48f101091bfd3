using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Azure.Remediators;
using ServerlessGuard.Azure.Tests.Arm;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Simulators.StandIns;

namespace ServerlessGuard.Azure.Tests.Remediators;

/// <summary>Every remediator over real HTTP to a simulated ARM: planned, applied, read back, undone to what was before.</summary>
public sealed class AzureRemediatorTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private ArmStandIn _server = null!;

    public async Task InitializeAsync() => _server = await ArmStandIn.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public static TheoryData<string> Names => [.. FixCases.All.Select(one => one.Name)];

    public static TheoryData<string, string, string, string> Refused
    {
        get
        {
            var rows = new TheoryData<string, string, string, string>();
            foreach (var (rule, id, json, why) in FixCases.Refused)
            {
                rows.Add(rule, id, json, why);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_tags_of_what_a_fix_changes_are_read_with_its_own_permissions(string name)
    {
        var (one, remediator) = Arrange(name);
        var document = _server.Find(one.Id) ?? new JsonObject { ["id"] = one.Id };
        document["tags"] = new JsonObject { ["guard-never-touch"] = "payments-team" };
        _server.Seed(one.Id, document);
        Assert.Contains(one.Finding.Resource.NativeType + "/read", remediator.Descriptor.Permissions, StringComparer.OrdinalIgnoreCase);
        Assert.Equal([KeyValuePair.Create("guard-never-touch", "payments-team")], (await remediator.ReadTagsAsync(one.Finding, Cancel))!);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_fix_sends_what_it_should_reads_back_and_is_undone_exactly(string name)
    {
        var (one, remediator) = Arrange(name);
        var before = (await remediator.ReadAsync(one.Finding, Cancel))!;
        var change = Assert.IsType<Desired.Change>(remediator.Desire(before.DeepClone(), one.Finding));
        Assert.Equal(one.Risk, change.Risk);
        Assert.DoesNotContain("secret", before.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(".", change.Sentence, StringComparison.Ordinal);

        await remediator.WriteAsync(one.Finding, before, change.To, Cancel);
        Assert.Equal(one.Writes, _server.Writes);
        Assert.Equal(change.To.ToJsonString(), (await remediator.ReadAsync(one.Finding, Cancel))!.ToJsonString());
        Assert.IsType<Desired.Nothing>(remediator.Desire((await remediator.ReadAsync(one.Finding, Cancel))!, one.Finding));

        // Twice is once.
        await remediator.WriteAsync(one.Finding, before, change.To, Cancel);
        Assert.Equal(one.Writes.Length, _server.Writes.Count);

        if (one.IsOneWay)
        {
            var refused = await Assert.ThrowsAsync<CloudCallException>(() => remediator.WriteAsync(one.Finding, change.To, before, Cancel));
            Assert.False(refused.IsTransient);
            Assert.Equal(one.Writes.Length, _server.Writes.Count);
            return;
        }

        await remediator.WriteAsync(one.Finding, change.To, before, Cancel);
        Assert.True(JsonNode.DeepEquals(before, await remediator.ReadAsync(one.Finding, Cancel)), "undo restores the slice");
        foreach (var (id, json) in one.Seeds)
        {
            AssertKept(JsonNode.Parse(json)!.AsObject(), _server.Find(id)!, id);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Nothing_is_written_over_a_state_that_nobody_looked_at(string name)
    {
        var (one, remediator) = Arrange(name);
        var before = (await remediator.ReadAsync(one.Finding, Cancel))!.AsObject();
        var change = Assert.IsType<Desired.Change>(remediator.Desire(before, one.Finding));
        before["seenByNobody"] = true;
        var drift = await Assert.ThrowsAsync<CloudCallException>(() => remediator.WriteAsync(one.Finding, before, change.To, Cancel));
        Assert.Equal(("Drifted", false), (drift.Code, drift.IsTransient));
        Assert.Empty(_server.Writes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_id_of_another_type_or_subscription_is_not_touched(string name)
    {
        var (one, remediator) = Arrange(name);
        foreach (var resource in (ResourceRef[])
        [
            one.Finding.Resource with { Id = FixCases.Subscription + "/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm" },
            one.Finding.Resource with { Account = "99999999-0000-0000-0000-000000000000" },
            one.Finding.Resource with { Id = one.Id + "/../../x" },
            one.Finding.Resource with { Id = one.Id + "?api-version=1&x=" },
        ])
        {
            var refused = await Assert.ThrowsAsync<CloudCallException>(() => remediator.ReadAsync(one.Finding with { Resource = resource }, Cancel));
            Assert.Equal(("UnsoundId", false), (refused.Code, refused.IsTransient));
        }

        Assert.Empty(_server.Calls);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_only_a_person_can_decide_is_refused_with_the_reason(string rule, string id, string json, string why)
    {
        _server.Seed(id, FixCase.Document(id, json));
        var finding = FixCase.Of(rule, id);
        var remediator = Remediator(finding);
        var live = (await remediator.ReadAsync(finding, Cancel))!;
        var refusal = Assert.IsType<Desired.Refuse>(remediator.Desire(live, finding));
        Assert.Contains(why, refusal.Reason, StringComparison.Ordinal);
        Assert.Empty(_server.Writes);
    }

    /// <summary>The service refuses the switch while a policy crosses tenants, and would not stop a policy to a stranger within the tenant.</summary>
    [Theory]
    [InlineData(FixCases.Storage, "theirs")]
    [InlineData(FixCases.Storage, FixCases.Elsewhere)]
    [InlineData("theirs", FixCases.Storage)]
    [InlineData(FixCases.Storage, null)]
    public async Task A_replication_policy_of_a_stranger_is_a_persons_to_remove(string source, string? destination)
    {
        const string Policy = FixCases.Storage + "/objectReplicationPolicies/to-partner";
        _server.Seed(FixCases.Storage, FixCase.Document(FixCases.Storage, """{"properties":{"allowCrossTenantReplication":true}}"""));
        _server.Seed(Policy, FixCase.Document(Policy, new JsonObject { ["properties"] = new JsonObject { ["sourceAccount"] = source, ["destinationAccount"] = destination } }.ToJsonString()));
        var finding = FixCase.Of("SG-STOR-007", FixCases.Storage);
        var remediator = Remediator(finding);
        Assert.Contains("to-partner", Assert.IsType<Desired.Refuse>(remediator.Desire((await remediator.ReadAsync(finding, Cancel))!, finding)).Reason, StringComparison.Ordinal);
        Assert.Empty(_server.Writes);
    }

    [Fact]
    public async Task Roles_that_come_from_a_management_group_are_not_ours_to_take()
    {
        const string Above = "/providers/Microsoft.Management/managementGroups/root/providers/Microsoft.Authorization/roleAssignments/aaaaaaaa-0000-0000-0000-000000000009";
        _server.Seed(FixCases.Site, FixCase.Document(FixCases.Site, """{"identity":{"principalId":"p1"},"properties":{}}"""));
        _server.Seed(Above, FixCase.Document(Above, $$$"""{"properties":{"roleDefinitionId":"{{{FixCases.Owner}}}","principalId":"p1","scope":"/providers/Microsoft.Management/managementGroups/root"}}"""));
        var finding = FixCase.Of("SG-COMP-003", FixCases.Site);
        var remediator = Remediator(finding);
        Assert.Contains("management group", Assert.IsType<Desired.Refuse>(remediator.Desire((await remediator.ReadAsync(finding, Cancel))!, finding)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SG-LOG-001", FixCases.Subscription)]
    [InlineData("SG-LOG-003", FixCases.Storage)]
    public async Task Without_a_workspace_no_log_can_be_sent(string rule, string id)
    {
        _server.Seed(id, FixCase.Document(id, """{"properties":{}}"""));
        var finding = FixCase.Of(rule, id);
        var remediator = AzureRemediators.All(Client(), GuardSettings.Default, new AzureRemediatorOptions()).Single(one => one.Handles(finding));
        Assert.Contains("GUARD_LOG_WORKSPACE", Assert.IsType<Desired.Refuse>(remediator.Desire((await remediator.ReadAsync(finding, Cancel))!, finding)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_between_the_last_look_and_the_write_is_not_overwritten()
    {
        var (one, remediator) = Arrange("shared keys");
        var before = (await remediator.ReadAsync(one.Finding, Cancel))!;
        var change = Assert.IsType<Desired.Change>(remediator.Desire(before, one.Finding));
        _server.Fault = call =>
        {
            if (call.Method is "PATCH")
            {
                _server.Seed(one.Id, FixCase.Document(one.Id, """{"kind":"StorageV2","properties":{"theirs":1}}"""));
            }

            return null;
        };
        var lost = await Assert.ThrowsAsync<CloudCallException>(() => remediator.WriteAsync(one.Finding, before, change.To, Cancel));
        Assert.Equal(("PreconditionFailed", true), (lost.Code, lost.IsTransient));
        Assert.Equal("""{"theirs":1}""", _server.Find(one.Id)!["properties"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_long_running_service_changes_nothing_about_it(string name)
    {
        var (one, remediator) = Arrange(name);
        _server.Looks = 2;
        var before = (await remediator.ReadAsync(one.Finding, Cancel))!;
        var change = Assert.IsType<Desired.Change>(remediator.Desire(before, one.Finding));
        await remediator.WriteAsync(one.Finding, before, change.To, Cancel);
        Assert.True(JsonNode.DeepEquals(change.To, await remediator.ReadAsync(one.Finding, Cancel)), "the fix is there when the call returns");
    }

    [Fact]
    public void Every_fix_of_the_catalogue_has_one_class_and_one_case_and_every_class_is_in_the_catalogue()
    {
        var listed = AzureRemediators.All(Client(), GuardSettings.Default, new AzureRemediatorOptions()).Select(one => one.Descriptor).ToList();
        Assert.Equal(RemediationCatalog.Azure.All, listed);
        Assert.Equal(listed.Count, listed.Distinct().Count());
        Assert.All(listed, one => Assert.All(one.NativeTypes, type => Assert.NotNull(ArmApiVersions.Of(type))));
        var pairs = listed.SelectMany(one => one.NativeTypes.Select(type => (one.Remediation, type.ToLowerInvariant())));
        Assert.Equal(pairs.Count(), pairs.Distinct().Count());
        Assert.All(listed, one => Assert.Contains(FixCases.All, known => known.Finding.Remediation == one.Remediation));
        Assert.All(FixCases.All, known => Assert.Single(listed, one => one.Remediation == known.Finding.Remediation));
    }

    [Fact]
    public void Permissions_are_actions_and_no_more_than_the_provider_of_each_fix()
    {
        Assert.All(RemediationCatalog.Azure.All, one =>
        {
            Assert.NotEmpty(one.Permissions);
            Assert.Equal(one.Permissions.Length, one.Permissions.Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.All(one.Permissions, action => Assert.Matches(@"^Microsoft\.[A-Za-z]+(/[A-Za-z]+)+/(read|write|delete|action)$", action));
            Assert.DoesNotContain(one.Permissions, action => action.Contains('*', StringComparison.Ordinal));
            Assert.Contains(one.Permissions, action => action.EndsWith("/read", StringComparison.Ordinal));
        });
        Assert.All(RemediationCatalog.Azure.PolicyTaskPermissions, action => Assert.Matches(@"^Microsoft\.[A-Za-z]+(/[A-Za-z]+)+/(read|write)$", action));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_a_fix_asks_for_is_in_its_permissions(string name)
    {
        var (one, remediator) = Arrange(name);
        var before = (await remediator.ReadAsync(one.Finding, Cancel))!;
        var change = Assert.IsType<Desired.Change>(remediator.Desire(before, one.Finding));
        await remediator.WriteAsync(one.Finding, before, change.To, Cancel);
        Assert.All(_server.Calls, call => Assert.DoesNotContain(Action(call), remediator.Descriptor.UndoPermissions, StringComparer.OrdinalIgnoreCase));
        if (!one.IsOneWay)
        {
            await remediator.WriteAsync(one.Finding, change.To, before, Cancel);
        }

        Assert.All(_server.Calls, call => Assert.Contains(Action(call), remediator.Descriptor.Permissions, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Two planted rows made a stranger Owner: undo assigns no such role, nor anything to a group or to what has no type, whatever is recorded as the state before.</summary>
    [Theory]
    [InlineData(FixCases.Owner, "User")]
    [InlineData("/providers/Microsoft.Authorization/roleDefinitions/18D7D88D-D35E-4FB5-A5C3-7773C20A72D9", "User")]
    [InlineData("/providers/Microsoft.Authorization/roleDefinitions/f58310d9-a9f6-439a-9e8d-f62e7b41a168", "ServicePrincipal")]
    [InlineData(FixCases.Contributor, "Group")]
    [InlineData(FixCases.Contributor, null)]
    [InlineData(null, "User")]
    public async Task A_planted_before_state_makes_nobody_owner(string? role, string? type)
    {
        var (one, remediator) = Arrange("guest's role");
        var before = (await remediator.ReadAsync(one.Finding, Cancel))!.AsObject();
        var change = Assert.IsType<Desired.Change>(remediator.Desire(before, one.Finding));
        await remediator.WriteAsync(one.Finding, before, change.To, Cancel);
        var planted = before.DeepClone().AsObject();
        (planted["properties"]!["roleDefinitionId"], planted["properties"]!["principalType"]) = (role, type);
        Assert.False((await Assert.ThrowsAsync<CloudCallException>(() => remediator.WriteAsync(one.Finding, change.To, planted, Cancel))).IsTransient);
        Assert.Equal(one.Writes, _server.Writes);
    }

    /// <summary>Whoever may write a federated credential of an identity is that identity. Azure cannot confine the right, so the code spares our own.</summary>
    [Fact]
    public async Task A_planted_undo_makes_no_stranger_one_of_our_own_identities()
    {
        var (one, remediator) = Arrange("federated credential");
        var own = new OwnResources([one.Id[..one.Id.IndexOf("/federatedIdentityCredentials/", StringComparison.Ordinal)]]);
        var spared = Assert.Single(SparingRemediator.All([remediator], own));
        var before = (await remediator.ReadAsync(one.Finding, Cancel))!.AsObject();
        Assert.IsType<Desired.Refuse>(spared.Desire(before, one.Finding));
        var change = Assert.IsType<Desired.Change>(remediator.Desire(before, one.Finding));
        await remediator.WriteAsync(one.Finding, before, change.To, Cancel);
        var refused = await Assert.ThrowsAsync<CloudCallException>(() => spared.WriteAsync(one.Finding, change.To, before, Cancel));
        Assert.False(refused.IsTransient);
        Assert.Equal(one.Writes, _server.Writes);
    }

    private static string Action(ArmCall call)
    {
        var segments = call.Path[(call.Path.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase) + "/providers/".Length)..].Split('/');
        var type = call.Path == FixCases.Subscription ? "Microsoft.Resources/subscriptions" : string.Join('/', segments.Where((_, index) => index == 0 || index % 2 == 1));
        return $"{type}/{call.Method switch { "GET" => "read", "DELETE" => "delete", _ => "write" }}";
    }

    [Fact]
    public void Rules_without_a_class_here_are_named_in_the_catalogue()
    {
        var fixable = RemediationCatalog.Azure.All.Select(one => one.Remediation).ToHashSet(StringComparer.Ordinal);
        var without = RuleCatalog.BuiltIn.All.Where(rule => rule.Descriptor.IsIn(Provider.Azure) && (rule.Descriptor.Remediation is not { } name || !fixable.Contains(name))).Select(rule => rule.Descriptor.Id);
        Assert.Equal(["SG-COMP-002", "SG-COMP-004", "SG-DATA-001", "SG-GOV-003", "SG-ID-002", "SG-ID-005", "SG-ID-007", "SG-ID-008", "SG-ID-009", "SG-ID-012", "SG-KEY-002", "SG-KEY-004"], without.Order(StringComparer.Ordinal));
    }

    /// <summary>What was there is there; what was added is a default that ARM left unsaid.</summary>
    private static void AssertKept(JsonObject expected, JsonObject live, string path)
    {
        foreach (var (name, value) in expected)
        {
            if (value is JsonObject inner)
            {
                AssertKept(inner, Assert.IsType<JsonObject>(live[name]), $"{path}.{name}");
            }
            else if (name is not ("createdOn" or "createdBy" or "scope" or "provisioningState" or "state" or "logs"))
            {
                var kept = live[name] is JsonArray list ? WithoutState(list) : live[name];
                Assert.True(JsonNode.DeepEquals(value is JsonArray before ? WithoutState(before) : value, kept), $"{path}.{name}: {value?.ToJsonString()} became {live[name]?.ToJsonString()}");
            }
        }
    }

    private static JsonArray WithoutState(JsonArray list)
    {
        var copy = list.DeepClone().AsArray();
        foreach (var item in copy.OfType<JsonObject>())
        {
            item.Remove("state");
        }

        return copy;
    }

    private (FixCase Case, Remediator Remediator) Arrange(string name)
    {
        var one = FixCases.All.Single(candidate => candidate.Name == name);
        foreach (var (id, json) in one.Seeds)
        {
            _server.Seed(id, FixCase.Document(id, json));
        }

        return (one, Remediator(one.Finding));
    }

    private Remediator Remediator(Finding finding) =>
        AzureRemediators.All(Client(), GuardSettings.Default, new AzureRemediatorOptions("guard", "own", FixCases.Workspace)).Single(one => one.Handles(finding));

    private ArmClient Client() => new(
        new ArmSettings(_server.Endpoint, "https://management.azure.com") { FirstWait = TimeSpan.FromMilliseconds(1), Look = TimeSpan.FromMilliseconds(1) },
        new LocalCredential(),
        TimeProvider.System);
}
