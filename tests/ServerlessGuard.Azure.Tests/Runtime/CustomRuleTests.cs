using System.Text.Json;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Testing;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Azure.Tests.Runtime;

/// <summary>A team's own rules judge in the Functions app as they do in <c>guard scan</c>.</summary>
public sealed class CustomRuleTests
{
    private const string Vault = """{"id":"/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv","name":"kv","type":"Microsoft.KeyVault/vaults","properties":{}}""";

    [Fact]
    public void A_rule_of_the_team_is_judged_beside_the_built_in_ones()
    {
        using var rules = new TeamRules(("owner.yaml", TeamRules.Text("ACME-TAG-001", "Microsoft.KeyVault/vaults")));
        var (verdicts, lines) = Judge(rules);
        Assert.Equal(Compliance.NonCompliant, verdicts["ACME-TAG-001"]);
        Assert.Contains("SG-KEY-001", verdicts.Keys);
        Assert.DoesNotContain("rules.refused", lines, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_read_costs_itself_only_and_every_look_says_so()
    {
        using var rules = new TeamRules(("owner.yaml", TeamRules.Text("ACME-TAG-001", "Microsoft.KeyVault/vaults")), ("wrong.yaml", "- no rule\n"));
        var (verdicts, lines) = Judge(rules);
        Assert.Contains("ACME-TAG-001", verdicts.Keys);
        Assert.Contains("SG-KEY-001", verdicts.Keys);
        Assert.Contains("\"metric\":\"rules.refused\",\"value\":1", lines, StringComparison.Ordinal);
    }

    /// <summary>What no built-in rule reads has no pinned version of the API: the rule names one.</summary>
    [Fact]
    public void A_type_that_no_built_in_rule_reads_is_read_with_the_version_that_the_rule_names()
    {
        using var rules = new TeamRules(("disk.yaml", TeamRules.Text("ACME-VM-001", "Microsoft.Compute/virtualMachines", "apiVersion: 2024-07-01")));
        var own = Settings(rules).Rules;
        Assert.True(new ArmSource(new NoArm(), own.ApiVersions).Reads("Microsoft.Compute/virtualMachines"));
        Assert.False(new ArmSource(new NoArm()).Reads("Microsoft.Compute/virtualMachines"));
        Assert.Contains("microsoft.compute/virtualmachines", own.Types);
    }

    private static HostSettings Settings(TeamRules rules) => HostSettings.Read(
        name => name switch
        {
            "FUNCTIONS_CUSTOMHANDLER_PORT" => "7071",
            "GUARD_SUBSCRIPTIONS" => "11111111-1111-1111-1111-111111111111",
            "GUARD_TABLE_ENDPOINT" => "https://acct.table.core.windows.net",
            "GUARD_QUEUE_ENDPOINT" => "https://acct.queue.core.windows.net/",
            "GUARD_RULES" => rules.Path,
            _ => null,
        },
        static _ => null);

    private static (Dictionary<string, Compliance> Verdicts, string Lines) Judge(TeamRules rules)
    {
        using var lines = new StringWriter();
        var resource = RecordReader.Read(new Doc(JsonElement.Parse(Vault))).OfType<Reading.Found>().Single().Resource;
        var settings = Settings(rules);
        var assessor = new Deployment(
            Provider.Azure,
            settings.Guard,
            new Reach(Federates: false, Notifies: false, Asks: false),
            new MemoryTable(),
            new RecordedWake(),
            new Telemetry(new Journal(lines, lines, TimeProvider.System)),
            TimeProvider.System,
            () => 0,
            new OwnRules(settings.Rules.Rules, settings.Rules.Faults.Count)).NewAssessor();
        return (assessor.Assess(resource).Evaluations.ToDictionary(verdict => verdict.Rule.Id, verdict => verdict.Verdict.Compliance, StringComparer.Ordinal), lines.ToString());
    }

    private sealed class NoArm : IArm
    {
        public Task<ArmResource?> FindAsync(string id, string apiVersion, CancellationToken cancellation) => throw new NotSupportedException();

        public IAsyncEnumerable<JsonElement> ListAsync(string id, string apiVersion, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ArmResource?> WriteAsync(ArmWrite write, CancellationToken cancellation) => throw new NotSupportedException();

        public IAsyncEnumerable<JsonElement> QueryGraphAsync(string query, IReadOnlyList<string> subscriptions, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
