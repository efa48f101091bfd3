using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Azure.Remediators;
using ServerlessGuard.Azure.Tests.Arm;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;
using ServerlessGuard.Simulators.StandIns;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Azure.Tests.Remediators;

/// <summary>The core's engine over Azure's remediators, a table in memory and a simulated ARM.</summary>
public sealed class AzureRemedyTests : IAsyncLifetime
{
    private const string Definition = "/providers/Microsoft.Authorization/policyDefinitions/13502221-8df0-4414-9937-de9c5c4e396b";
    private const string Assignment = FixCases.Subscription + "/providers/Microsoft.Authorization/policyAssignments/no-public-blobs";
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private readonly MemoryTable _table = new();
    private readonly SealedPlans _plans;
    private ArmStandIn _server = null!;

    public AzureRemedyTests() => _plans = new SealedPlans(_table, new MemorySealer());

    public async Task InitializeAsync() => _server = await ArmStandIn.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("anonymous access, absent")]
    [InlineData("admin port")]
    [InlineData("soft delete, CORS survives")]
    public async Task A_finding_is_fixed_with_the_way_back_recorded_first_and_undone_by_a_person(string name)
    {
        var one = await OpenAsync(name);
        var commitsBefore = _table.Commits;
        var commitsAtWrite = 0;
        _server.Fault = call =>
        {
            commitsAtWrite = call.Method is "GET" || commitsAtWrite > 0 ? commitsAtWrite : _table.Commits;
            return null;
        };
        var outcome = await Remedy(Enforce).HandleAsync(Entry(), Cancel);
        Assert.Equal(TreatmentState.Fixed, outcome.State);
        Assert.Equal(one.Writes, _server.Writes);
        Assert.True(commitsAtWrite > commitsBefore, "the intent is in the table before the first write");
        var plan = Stored().Treatment!.Plan!;
        Assert.DoesNotContain(_table.Rows, row => row.Kind is RowKind.Outbox);

        var undo = new Undo(_table, _plans, Remediators(Enforce), Guard(Enforce), Enforce, new Controls(_table, Provider.Azure, TimeProvider.System), TimeProvider.System, new Backoff(() => 0), _ => []);
        var undone = await undo.UndoAsync(RowKeys.Partition(one.Finding.Resource), Stored().Id, "anna@example.com", whileStopped: false, Cancel);
        Assert.True(undone.IsUndone, undone.Detail);
        var remediator = Remediators(Enforce).Single(candidate => candidate.Handles(one.Finding));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(plan.Before), await remediator.ReadAsync(one.Finding, Cancel)), "as it was");
    }

    [Fact]
    public async Task An_undo_of_what_somebody_changed_since_is_refused()
    {
        var one = await OpenAsync("vault firewall", FixCases.Vault);
        var settings = Enforce with { EnforceRisky = ["SG-KEY-001"] };
        Assert.Equal(TreatmentState.Fixed, (await Remedy(settings).HandleAsync(Entry(), Cancel)).State);
        _server.Seed(one.Id, FixCase.Document(one.Id, """{"properties":{"tenantId":"own","networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"203.0.113.9"}]}}}"""));
        var undo = new Undo(_table, _plans, Remediators(settings), Guard(settings), settings, new Controls(_table, Provider.Azure, TimeProvider.System), TimeProvider.System, new Backoff(() => 0), _ => []);
        var refused = await undo.UndoAsync(RowKeys.Partition(one.Finding.Resource), Stored().Id, "anna@example.com", whileStopped: false, Cancel);
        Assert.False(refused.IsUndone);
        Assert.Contains("changed", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(one.Writes, _server.Writes);
    }

    [Fact]
    public async Task What_may_lock_people_out_waits_for_one()
    {
        await OpenAsync("storage firewall");
        Assert.Equal(TreatmentState.AwaitingApproval, (await Remedy(Enforce).HandleAsync(Entry(), Cancel)).State);
        Assert.Empty(_server.Writes);
    }

    [Fact]
    public async Task A_throttled_fix_stays_in_the_outbox_and_is_brought_to_its_end_later()
    {
        var one = await OpenAsync("transport, both");
        _server.Fault = call => call.Method is "PATCH" ? ArmAnswer.Error(429, "TooManyRequests", "slow down") : null;
        var fault = await Assert.ThrowsAsync<CloudCallException>(() => Remedy(Enforce).HandleAsync(Entry(), Cancel));
        Assert.True(fault.IsTransient);
        Assert.Equal(TreatmentState.Applying, Stored().Treatment!.State);

        _server.Fault = static _ => null;
        _server.Calls.Clear();
        Assert.Equal(TreatmentState.Fixed, (await Remedy(Enforce).HandleAsync(Entry(), Cancel)).State);
        Assert.Equal(one.Writes, _server.Writes);
        Assert.Single(Stored().Treatment!.Fixes);
    }

    [Fact]
    public async Task A_lock_or_a_missing_right_is_recorded_as_a_failure_with_what_ARM_said()
    {
        await OpenAsync("anonymous access, true");
        _server.Fault = call => call.Method is "PATCH" ? ArmAnswer.Error(409, "ScopeLocked", "the scope is locked") : null;
        Assert.Equal(TreatmentState.Failed, (await Remedy(Enforce).HandleAsync(Entry(), Cancel)).State);
        Assert.Contains("ScopeLocked", Stored().Treatment!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GUARD-never-touch", "payments-team", false)]
    [InlineData("guard-never-touch", "since a minute", true)]
    [InlineData("guard-never-touched", "payments-team", true)]
    public async Task A_never_touch_tag_set_after_the_finding_was_recorded_stops_the_write(string tag, string value, bool isWritten)
    {
        var one = await OpenAsync("anonymous access, true");
        var document = _server.Find(one.Id)!;
        document["tags"] = new JsonObject { [tag] = value };
        _server.Seed(one.Id, document);
        Assert.Equal(isWritten ? TreatmentState.Fixed : TreatmentState.Refused, (await Remedy(Enforce, Spares).HandleAsync(Entry(), Cancel)).State);
        Assert.Equal(isWritten, _server.Writes.Count > 0);
        Assert.Equal(!isWritten, Stored().Treatment!.Detail?.Contains("it is never to be changed: it carries the tag", StringComparison.Ordinal) is true);
    }

    [Fact]
    public async Task A_policy_task_is_stopped_by_a_never_touch_tag_too()
    {
        var one = await OpenAsync("anonymous access, true");
        Assign(Definition);
        var document = _server.Find(one.Id)!;
        document["tags"] = new JsonObject { ["guard-never-touch"] = "payments-team" };
        _server.Seed(one.Id, document);
        Assert.Equal(TreatmentState.Refused, (await Remedy(PolicyTasks, Spares).HandleAsync(Entry(), Cancel)).State);
        Assert.Empty(_server.Writes);
    }

    [Fact]
    public async Task A_resource_that_is_gone_needs_no_fix()
    {
        var one = await OpenAsync("anonymous access, true");
        _server.Fault = _ => ArmAnswer.Error(404, "ResourceNotFound", one.Id);
        Assert.Equal(TreatmentState.AlreadyDone, (await Remedy(Enforce).HandleAsync(Entry(), Cancel)).State);
    }

    [Theory]
    [InlineData(Definition, null)]
    [InlineData("/providers/Microsoft.Authorization/policySetDefinitions/baseline", "storage-public")]
    public async Task An_assigned_policy_of_the_same_intent_does_the_fix(string definition, string? reference)
    {
        var one = await OpenAsync("anonymous access, true");
        Assign(definition);
        _server.OnTask = (id, _) => _server.Seed(one.Id, FixCase.Document(one.Id, """{"properties":{"allowBlobPublicAccess":false}}"""));
        Assert.Equal(TreatmentState.Fixed, (await Remedy(PolicyTasks).HandleAsync(Entry(), Cancel)).State);
        var write = Assert.Single(_server.Writes);
        Assert.StartsWith($"PUT {one.Id}/providers/Microsoft.PolicyInsights/remediations/serverlessguard-", write, StringComparison.Ordinal);
        var sent = JsonNode.Parse(write[write.IndexOf('{', StringComparison.Ordinal)..])!["properties"]!;
        Assert.Equal((Assignment, reference), (sent["policyAssignmentId"]!.GetValue<string>(), sent["policyDefinitionReferenceId"]?.GetValue<string>()));

        // The way back is ours: the policy would only repeat the fix.
        var undone = await new Undo(_table, _plans, Remediators(PolicyTasks), Guard(PolicyTasks), PolicyTasks, new Controls(_table, Provider.Azure, TimeProvider.System), TimeProvider.System, new Backoff(() => 0), _ => [])
            .UndoAsync(RowKeys.Partition(one.Finding.Resource), Stored().Id, "anna@example.com", whileStopped: false, Cancel);
        Assert.True(undone.IsUndone, undone.Detail);
        Assert.Equal($$$"""PATCH {{{one.Id}}} {"properties":{"allowBlobPublicAccess":true}}""", _server.Writes[^1]);
    }

    [Fact]
    public async Task A_task_that_takes_long_is_found_again_and_one_that_failed_is_a_failure()
    {
        var one = await OpenAsync("anonymous access, true");
        Assign(Definition);
        _server.OnTask = (_, task) => task["properties"]!["provisioningState"] = "Evaluating";
        var running = await Assert.ThrowsAsync<CloudCallException>(() => Remedy(PolicyTasks).HandleAsync(Entry(), Cancel));
        Assert.True(running.IsTransient);
        await Assert.ThrowsAsync<CloudCallException>(() => Remedy(PolicyTasks).HandleAsync(Entry(), Cancel));
        Assert.Single(_server.Writes);

        var id = _server.Writes[0].Split(' ')[1];
        var failed = _server.Find(id)!;
        failed["properties"]!["provisioningState"] = "Failed";
        _server.Seed(id, failed);
        Assert.Equal(TreatmentState.Failed, (await Remedy(PolicyTasks).HandleAsync(Entry(), Cancel)).State);
        Assert.True(_server.Find(one.Id)!["properties"]!["allowBlobPublicAccess"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("/providers/Microsoft.Authorization/policyDefinitions/00000000-0000-0000-0000-000000000000", "")]
    [InlineData(Definition, FixCases.Subscription + "/resourceGroups/rg")]
    public async Task Without_such_an_assignment_that_reaches_the_resource_the_fix_is_ours(string definition, string notScope)
    {
        var one = await OpenAsync("anonymous access, true");
        Assign(definition, notScope);
        Assert.Equal(TreatmentState.Fixed, (await Remedy(PolicyTasks).HandleAsync(Entry(), Cancel)).State);
        Assert.Equal(one.Writes, _server.Writes);
    }

    [Fact]
    public async Task A_policy_that_does_less_than_the_plan_is_not_used()
    {
        var one = await OpenAsync("transport, both");
        Assign("/providers/Microsoft.Authorization/policyDefinitions/f81e3117-0093-4b17-8a60-82363134f0eb");
        Assert.Equal(TreatmentState.Fixed, (await Remedy(PolicyTasks).HandleAsync(Entry(), Cancel)).State);
        Assert.Equal(one.Writes, _server.Writes);
    }

    [Fact]
    public void Each_intent_names_a_fix_that_changes_what_the_policy_changes() => Assert.All(PolicyIntent.All, intent =>
    {
        Assert.True(Guid.TryParse(intent.Definition, out _));
        Assert.Contains(RemediationCatalog.Azure.All, one => one.Remediation == intent.Remediation && one.NativeTypes.Contains(intent.NativeType, StringComparer.Ordinal));
        Assert.Contains(FixCases.All, one => one.Finding.Remediation == intent.Remediation && intent.Changes.All(change => one.Writes[0].Contains($"\"{change}\"", StringComparison.Ordinal)));
    });

    private static readonly RuleSettings Spares = GuardSettings.Default with { NeverTouchTags = RuleSettings.DefaultNeverTouchTags.SetItem("guard-never-touch", ["payments-team"]) };

    private static GuardSettings Guard(RemediationSettings settings) => GuardSettings.Default with { Remediation = settings };

    private static RemediationSettings Enforce { get; } = new() { Mode = RemediationMode.Enforce, DryWindow = TimeSpan.Zero };

    private static RemediationSettings PolicyTasks { get; } = Enforce with { AzurePolicyTasks = true };

    private void Assign(string definition, string notScope = "")
    {
        _server.Seed(Assignment, FixCase.Document(Assignment, $$$"""{"properties":{"policyDefinitionId":"{{{definition}}}","scope":"{{{FixCases.Subscription}}}","notScopes":["{{{notScope}}}"]}}"""));
        const string Set = "/providers/Microsoft.Authorization/policySetDefinitions/baseline";
        _server.Seed(Set, FixCase.Document(Set, $$$"""{"properties":{"policyDefinitions":[{"policyDefinitionId":"/x/y","policyDefinitionReferenceId":"other"},{"policyDefinitionId":"{{{Definition}}}","policyDefinitionReferenceId":"storage-public"}]}}"""));
    }

    private Remedy Remedy(RemediationSettings settings, RuleSettings? rules = null) => new(_table, _plans, TouchChecked.All(Own(settings), rules ?? Guard(settings)), rules ?? Guard(settings), settings, ApprovalSettings.Default, new Controls(_table, Provider.Azure, TimeProvider.System), TimeProvider.System, new Backoff(() => 0), new OutboxPolicy(settings));

    /// <summary>As the host composes them.</summary>
    private IReadOnlyList<Remediator> Remediators(RemediationSettings settings) => TouchChecked.All(Own(settings), Guard(settings));

    private IReadOnlyList<Remediator> Own(RemediationSettings settings) => AzureRemediators.All(
        new ArmClient(
            new ArmSettings(_server.Endpoint, "https://management.azure.com") { FirstWait = TimeSpan.FromMilliseconds(1), Look = TimeSpan.FromMilliseconds(1), Patience = TimeSpan.FromMilliseconds(200) },
            new LocalCredential(),
            TimeProvider.System),
        GuardSettings.Default with { Remediation = settings },
        new AzureRemediatorOptions("guard", "own", FixCases.Workspace));

    private OutboxEntry Entry() => OutboxRows.Read(_table.Rows.Single(row => row.Kind is RowKind.Outbox));

    private Finding Stored() => FindingRows.Finding(_table.Rows.Single(row => row.Kind is RowKind.Finding));

    private async Task<FixCase> OpenAsync(string name, string? id = null)
    {
        var one = FixCases.All.Single(candidate => candidate.Name == name && (id is null || candidate.Id == id));
        foreach (var (seed, json) in one.Seeds)
        {
            _server.Seed(seed, FixCase.Document(seed, json));
        }

        var finding = one.Finding;
        await new FindingRecorder(_table, TimeProvider.System, new Backoff(() => 0), [], _ => [OutboxKind.Remediate]).RecordAsync(
            new SubjectVerdicts(finding.Resource, finding.Resource.NativeType, finding.CapturedAt)
            {
                Verdicts = [new RuleVerdict(finding.RuleId, finding.Title, finding.Severity, Compliance.NonCompliant, finding.Reason, [], finding.Remediation)],
                DetectedBy = DetectedBy.Change,
                Stages = new FindingStages(),
            },
            Cancel);
        return one;
    }
}
