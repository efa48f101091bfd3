using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Engine;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;
using ServerlessGuard.Recording;
using ServerlessGuard.Remediation;
using ServerlessGuard.Remediation.Seals;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Chat.Tests.Attacks;

internal sealed partial class AttackedOwner : IChat, IResponseUrl, IPeer
{
    private int _run;

    public bool CanUpdate => true;

    private static Backoff Backoff => new(() => 0);

    private OutboxPolicy Policy => new(Settings.Remediation, federates: true, notifies: true);

    private SealedPlans Plans => new(Table, _sealer, _ => { });

    private Controls Controls => new(Table, Provider.Aws, Time);

    private IReadOnlyList<Remediator> Remediators => SparingRemediator.All([Cloud], OwnResources.None);

    private OutboxWalk Walk => new(Table, Provider.Aws, Time, () => 0.5);

    private ExpiryWalk Expiry => new(Table, new ExemptionReader(Table, []), Settings.Approvals.Expiry, TimeSpan.FromDays(7), Policy.After, Time, Backoff);

    private CommandRunner Runner => new(
        Table, Plans, Provider.Aws, new Undo(Table, Plans, Remediators, Settings, Settings.Remediation, Controls, Time, Backoff, Policy.After), Expiry, _ => Task.FromResult("the sweep has started"), Settings.Approvals, Policy, Time, Backoff, reachesSlack: true);

    /// <summary>Time passes, and everything that goes by the clock has its turn, several times.</summary>
    public async Task SettleAsync()
    {
        for (var i = 0; i < 5; i++)
        {
            Time.Now += TimeSpan.FromMinutes(2);
            foreach (var schedule in Schedules)
            {
                await schedule(this);
            }
        }
    }

    /// <summary>One of the things that happen by themselves.</summary>
    public Task WorkAsync() => Schedules[_random.Next(Schedules.Length)](this);

    /// <summary>A bucket that is known is scanned once more.</summary>
    public Task SeeAgainAsync()
    {
        var finding = Findings[_random.Next(Findings.Count)];
        return SeeAsync(finding.Resource.Name!, finding.Remediation);
    }

    public Task<ChatReceipt> PostAsync(string? target, JsonObject message, ChatReceipt? inReplyTo, CancellationToken cancellation) =>
        Task.FromResult(new ChatReceipt(target ?? "C1", $"1.{++_run}"));

    public Task UpdateAsync(ChatReceipt at, JsonObject message, CancellationToken cancellation) => Task.CompletedTask;

    public Task<bool> TryAnswerAsync(string address, JsonObject message, CancellationToken cancellation) => Task.FromResult(true);

    /// <summary>The attacker answers our own rows as it likes.</summary>
    public Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation)
    {
        if (_random.Next(8) == 0)
        {
            throw new PeerUnavailableException("no answer");
        }

        return Task.FromResult(new FederationAnswer { Rows = [.. batch.Rows.Select(_ => _random.Next(4) == 0 ? new RowAnswer(RowVerdict.Rejected, "<!channel> " + new string('x', 400)) : new RowAnswer((RowVerdict)_random.Next(5)))] });
    }

    public Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) => throw new NotSupportedException();

    private static readonly Func<AttackedOwner, Task>[] Schedules =
    [
        static owner => owner.KickAsync(),
        static owner => owner.DecideAsync(),
        static owner => owner.TreatAsync(),
        static owner => owner.Expiry.RunAsync(Provider.Aws, Cancel),
        static owner => owner.TellAsync(),
        static owner => owner.ForwardAsync(),
    ];

    /// <summary>What a queue would have brought at once; some of it is lost.</summary>
    private async Task KickAsync()
    {
        foreach (var (partition, key) in _kicks.Where(kick => Ownership.Owns(Provider.Aws, kick.Partition)).ToList())
        {
            await Runner.HandleAsync(partition, key, Cancel);
        }

        _kicks.Clear();
    }

    private async Task DecideAsync()
    {
        foreach (var pending in await DueAsync(OutboxKind.Command))
        {
            await Walk.PostponeAsync(pending, fault: null, Cancel);
            await Runner.HandleAsync(pending.Row.Partition, pending.Row.Key, Cancel);
        }
    }

    private async Task TreatAsync()
    {
        var remedy = new Remedy(Table, Plans, Remediators, Settings, Settings.Remediation, Settings.Approvals, Controls, Time, Backoff, Policy);
        foreach (var pending in await DueAsync(OutboxKind.Remediate))
        {
            await Walk.PostponeAsync(pending, fault: null, Cancel);
            await remedy.HandleAsync(pending.Entry, Cancel);
        }
    }

    private async Task<List<PendingEntry>> DueAsync(OutboxKind kind)
    {
        await Walk.TendAsync(DateTimeOffset.MaxValue, Cancel);
        return await Walk.WalkAsync(kind, Cancel).Where(pending => pending.IsDue).ToListAsync(Cancel);
    }

    private async Task TellAsync()
    {
        string Nonce() => string.Create(CultureInfo.InvariantCulture, $"nonce-of-the-owner-{++_run:D12}");
        var presentation = new Presentation(
            RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor), _ => true, link: null, Time,
            (asked, question) => new Uri("https://aws.acme.example/link?" + Link(ActionLinkContent.Of(asked, question, Nonce()))));
        await new Notifier(Table, new Dictionary<ChatChannel, IChat> { [ChatChannel.Slack] = this }, Settings.Notifications, _ => ValueTask.FromResult<IPresentation>(presentation), Provider.Aws, Time, () => 1)
            .RunAsync($"run{++_run}", 20, Cancel);
    }

    private Task<SenderReport> ForwardAsync() => new FederationSender(Table, this, Provider.Aws, Time, () => 0.5).RunAsync($"run{++_run}", 5, Cancel);
}
