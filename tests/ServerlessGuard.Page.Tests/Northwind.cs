using ServerlessGuard.Cli.Doctor;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Guides;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Page.Tests;

/// <summary>
/// A month of a company in both clouds, each with its own table, forwarded by the real sender and receiver; at the end Azure is cut off and three changes behind. Simulated,
/// and the same at every run.
/// </summary>
internal sealed class Northwind(ITable aws, ITable azure, DateTimeOffset now)
{
    public const int Behind = 3;

    private static readonly string[] Names =
    [
        "training-data", "exports", "feature-store", "webhook", "etl", "notebooks", "payments", "reports", "sandbox", "archive", "billing", "landing-page", "embeddings", "checkpoints",
    ];

    private static readonly (string Aws, string Azure)[] Accounts =
        [("111122223333", "11111111-2222-3333-4444-555555555555"), ("444455556666", "66666666-7777-8888-9999-000000000000"), ("777788889999", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee")];

    private readonly OutboxPolicy _federating = new(RemediationSettings.Default, federates: true);
    private uint _state = 20261125;
    private int _made;

    public async Task WriteAsync()
    {
        var inAws = new Sample(aws, now) { Outbox = _federating };
        var inAzure = new Sample(azure, now) { Outbox = _federating };
        foreach (var rule in RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor))
        {
            foreach (var (account, subscription) in Accounts)
            {
                await SomeAsync(inAws, rule, RuleGuides.Of(rule).Aws, (type, name) => Sample.Thing(type, name, account));
                await SomeAsync(inAzure, rule, RuleGuides.Of(rule).Azure, (type, name) => Sample.Azure(type, name, subscription));
            }
        }

        await FixAsync(inAws);
        await Sender(aws, azure, Provider.Aws).RunAsync("picture", 1000, CancellationToken.None);
        await Sender(azure, aws, Provider.Azure).RunAsync("picture", 1000, CancellationToken.None);

        // The link from Azure is down from here on.
        for (var i = 0; i < Behind; i++)
        {
            await inAzure.OpenAsync("SG-STOR-005", Sample.Azure("Microsoft.Storage/storageAccounts", $"late{i}"), TimeSpan.FromMinutes(9 - i));
        }
    }

    private async Task SomeAsync(Sample sample, RuleDescriptor rule, CloudGuide? guide, Func<string, string, ResourceRef> subject)
    {
        for (var i = Next(5) - 1; guide is not null && i > 0; i--)
        {
            // Its number among all: chance must not choose one resource twice, whatever rules there are, for an older capture of it is stale.
            var resource = subject(guide.Types[0], $"{Names[Next(Names.Length)]}-{Next(90) + 10}{++_made}");
            var hours = 2 + Next(700);
            await sample.OpenAsync(rule.Id, resource, TimeSpan.FromHours(hours), actor: Next(3) == 0 ? "arn:aws:iam::111122223333:user/jane" : null);
            if (Next(10) < 6)
            {
                await sample.ResolveAsync(rule.Id, resource, TimeSpan.FromHours(hours * (20 + Next(75)) / 100.0));
            }
        }
    }

    private static async Task FixAsync(Sample sample)
    {
        var evidence = new Evidence("supplementaryConfiguration.BucketPolicy", "Statement[0] (PublicRead): principal *, no condition");
        var block = new Evidence("supplementaryConfiguration.PublicAccessBlockConfiguration.restrictPublicBuckets", "false");
        foreach (var (name, minutes, mode) in new[] { ("exports-eu", 190, RemediationMode.Enforce), ("model-weights", 95, RemediationMode.Enforce), ("training-data", 12, RemediationMode.Approve) })
        {
            var finding = await sample.OpenAsync(
                "SG-STOR-001", Sample.Bucket("northwind-" + name), TimeSpan.FromMinutes(minutes), "Anyone on the internet can read the objects.", "arn:aws:iam::111122223333:user/jane", DetectedBy.Change, evidence, block);
            sample.Time.Now += TimeSpan.FromMilliseconds(640);
            await sample.TreatAsync(finding, mode, new SimulatedCloud());
            if (mode is RemediationMode.Enforce)
            {
                await sample.ResolveAsync("SG-STOR-001", finding.Resource, TimeSpan.FromMinutes(minutes - 2));
            }
        }
    }

    private static FederationSender Sender(ITable from, ITable to, Provider own) =>
        new(from, new PeerTable(to, own, TimeProvider.System), own, TimeProvider.System, static () => 0.5);

    /// <summary>Numerical Recipes' linear congruential generator: the same month on every machine.</summary>
    private int Next(int below)
    {
        _state = _state * 1664525 + 1013904223;
        return (int)((_state >> 8) % (uint)below);
    }
}
