using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Azure.Remediators;
using ServerlessGuard.Azure.Tests.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Findings;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Simulators.StandIns;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Azure.Tests.Remediators;

/// <summary>A simulated subscription that holds every fixture: what the core's rules find there is fixed, and the same rules then find nothing; undone, they find it again.</summary>
public sealed class FixtureTests : IAsyncLifetime
{
    private static readonly CancellationToken Cancel = CancellationToken.None;
    private static readonly Assessor Assessor = new(RuleCatalog.BuiltIn, new FactContext(GuardSettings.Default, new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.Zero)), []);

    private ArmStandIn _server = null!;

    public async Task InitializeAsync()
    {
        _server = await ArmStandIn.StartAsync();
        foreach (var resource in Files().SelectMany(Read).Where(resource => ArmId.Looks(resource.Ref.Id)))
        {
            _server.Seed(resource.Ref.Id, JsonNode.Parse(resource.Document.Element.GetRawText())!);
        }
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Every_finding_that_can_be_fixed_here_is_gone_after_its_fix_and_back_after_its_undo()
    {
        var client = new ArmClient(new ArmSettings(_server.Endpoint, "https://management.azure.com") { FirstWait = TimeSpan.FromMilliseconds(1) }, new LocalCredential(), TimeProvider.System);
        var remediators = AzureRemediators.All(client, GuardSettings.Default, new AzureRemediatorOptions(LogWorkspace: FixCases.Workspace));
        var (changed, refused) = (new List<string>(), new List<string>());
        foreach (var evaluation in Findings())
        {
            var finding = FixCase.Of(evaluation.Rule.Id, evaluation.Subject.Id);
            if (remediators.SingleOrDefault(one => one.Handles(finding)) is not { } remediator)
            {
                continue;
            }

            var before = (await remediator.ReadAsync(finding, Cancel))!;
            var desired = remediator.Desire(before.DeepClone(), finding);
            if (desired is Desired.Refuse)
            {
                refused.Add(finding.RuleId);
                continue;
            }

            // The rule and its fix must agree on what is wrong.
            var change = Assert.IsType<Desired.Change>(desired);
            await remediator.WriteAsync(finding, before, change.To, Cancel);
            Assert.DoesNotContain(Findings(), one => FindingId.Of(one.Rule.Id, one.Subject) == finding.Id);
            changed.Add(finding.RuleId);
            if (remediator.Descriptor.Risk is Risk.Irreversible)
            {
                continue;
            }

            await remediator.WriteAsync(finding, change.To, before, Cancel);
            Assert.Contains(Findings(), one => FindingId.Of(one.Rule.Id, one.Subject) == finding.Id);
        }

        Assert.Subset(changed.ToHashSet(StringComparer.Ordinal), new HashSet<string>(["SG-STOR-001", "SG-STOR-003", "SG-STOR-004", "SG-NET-001", "SG-KEY-001", "SG-KEY-003", "SG-AI-002", "SG-DATA-006"], StringComparer.Ordinal));
        Assert.True(changed.Count > refused.Count, $"fixed {string.Join(", ", changed)}; refused {string.Join(", ", refused)}");
    }

    private IReadOnlyList<Evaluation> Findings()
    {
        var scan = new Scan(Assessor, keepEverything: false);
        var directory = Files().Where(file => file.Contains("Microsoft.Graph", StringComparison.Ordinal)).SelectMany(Read);
        foreach (var resource in _server.All.SelectMany(body => Read(new Doc(JsonElement.Parse(body.ToJsonString())))).Concat(directory))
        {
            scan.Accept(Assessor.Assess(resource));
        }

        return [.. scan.Complete().NonCompliant];
    }

    private static string[] Files() => [.. Directory.GetFiles(Repository.Path("tests", "fixtures", "azure"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static IEnumerable<Resource> Read(string file) => Read(new Doc(JsonElement.Parse(File.ReadAllText(file))));

    private static IEnumerable<Resource> Read(Doc document) => RecordReader.Read(document).OfType<Reading.Found>().Select(found => found.Resource);
}
