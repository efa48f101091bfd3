using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ServerlessGuard.Decisions;
using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Federation;

internal enum CrossingAct
{
    Change,
    Exempt,
    Switch,
    Ask,
    CarryOut,
    Forward,
    Cut,
    Mend,
}

internal enum CrossingFate
{
    Arrives,
    Lost,
    AnswerLost,
    Twice,
    Late,
}

/// <summary>One thing that happens. Kill and PeerDies: the acting and the receiving process die after so many commits; negative: they live.</summary>
internal sealed record CrossingStep(Provider Side, CrossingAct What, string Name, bool Broken, CrossingFate Fate, int Kill, int PeerDies);

internal sealed class ProcessDiedException : Exception;

/// <summary>Two deployments with clocks ten minutes apart, and everything that can happen between them.</summary>
internal sealed class TwoClouds
{
    public const string Subscription = "11111111-2222-3333-4444-555555555555";

    private static readonly CancellationToken Cancel = CancellationToken.None;

    private readonly Dictionary<Provider, Deployment> _sides;
    private readonly List<Action> _late = [];
    private bool _isCut;
    private int _minute;
    private DateTimeOffset _now = Some.Minute(100);

    public TwoClouds() => _sides = new()
    {
        [Provider.Aws] = new Deployment(Provider.Aws, this, TimeSpan.FromMinutes(5)),
        [Provider.Azure] = new Deployment(Provider.Azure, this, TimeSpan.FromMinutes(-5)),
    };

    public static string Account(Provider provider) => RowKeys.Partition(provider, provider is Provider.Aws ? Some.Account : Subscription);

    public void Do(CrossingStep step)
    {
        _minute++;
        var side = _sides[step.Side];
        side.Fate = step.Fate;
        side.KillAt(step.Kill);
        var peer = _sides[Ownership.Other(step.Side)];
        peer.KillAt(step.PeerDies);
        try
        {
            switch (step.What)
            {
                case CrossingAct.Change:
                    side.Record(step.Name, _minute, step.Broken);
                    break;
                case CrossingAct.Exempt:
                    side.Exempt(step.Name, step.Broken);
                    break;
                case CrossingAct.Switch:
                    side.Switch(step.Broken);
                    break;
                case CrossingAct.Ask:
                    side.Ask(step.Name, step.Broken);
                    break;
                case CrossingAct.CarryOut:
                    side.CarryOut();
                    break;
                case CrossingAct.Forward:
                    side.Forward();
                    break;
                case CrossingAct.Cut:
                    _isCut = true;
                    break;
                case CrossingAct.Mend:
                    _isCut = false;
                    break;
            }
        }
        catch (ProcessDiedException)
        {
            // The process is gone; what it had committed stays.
        }

        side.KillAt(-1);
        peer.KillAt(-1);
    }

    /// <summary>The network is back, what was late arrives in the wrong order, commands are carried out, and both outboxes drain.</summary>
    public void Settle()
    {
        _isCut = false;
        foreach (var late in Enumerable.Reverse(_late))
        {
            late();
        }

        // Commands go over, are carried out, and what became of them comes back.
        for (var round = 0; round < 3; round++)
        {
            foreach (var side in _sides.Values)
            {
                side.Fate = CrossingFate.Arrives;
                side.Skip(TimeSpan.FromHours(1));
                side.Forward();
                side.CarryOut();
            }
        }

        foreach (var side in _sides.Values)
        {
            Assert.DoesNotContain(side.Table.Rows, row => row.Key.StartsWith("o:", StringComparison.Ordinal) || row.Key.StartsWith("q:", StringComparison.Ordinal));
        }
    }

    /// <summary>Row by row, of both clouds, whatever both hold.</summary>
    public bool AreEqual()
    {
        static List<(string, string, string)> Shared(MemoryTable table) =>
        [
            .. table.Rows
                .Where(row => row.Kind is RowKind.Finding or RowKind.Event or RowKind.Index or RowKind.Summary or RowKind.Exemption or RowKind.Control or RowKind.Command)
                .Select(row => (row.Partition, row.Key, row.Kind is RowKind.Summary ? string.Empty : row.Document)),
        ];
        return Shared(_sides[Provider.Aws].Table).SequenceEqual(Shared(_sides[Provider.Azure].Table));
    }

    /// <summary>Each command that a person was told is taken was carried out once, by its owner.</summary>
    public bool EachIsCarriedOutOnce() => _sides.Values.All(asked =>
    {
        var owner = _sides[Ownership.Other(asked.Provider)];
        return asked.Asked.All(id => owner.CarriedOut.Count(one => one == id) == 1 && asked.CarriedOut.All(one => one != id));
    });

    public bool CountersHold() => _sides.Values.All(side => side.Table.Rows.Where(row => row.Partition != RowKeys.Directory).GroupBy(row => row.Partition).All(account =>
    {
        var recount = account.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding).Aggregate(Summary.Empty, (sum, finding) => sum.Moved(null, finding));
        var counted = account.Where(row => row.Kind is RowKind.Summary).Aggregate(Summary.Empty, (sum, row) => sum.Plus(FindingRows.Summary(row)));
        return recount.Counts.SequenceEqual(counted.Counts);
    }));

    private FederationAnswer? Deliver(Provider from, FederationBatch batch, CrossingFate fate)
    {
        var receiver = _sides[Ownership.Other(from)];
        if (_isCut || fate is CrossingFate.Lost)
        {
            return null;
        }

        if (fate is CrossingFate.Late)
        {
            _late.Add(() => receiver.Receive(batch));
            return null;
        }

        FederationAnswer answer;
        try
        {
            answer = receiver.Receive(batch);
            if (fate is CrossingFate.Twice)
            {
                Assert.All(receiver.Receive(batch).Rows, row => Assert.NotEqual(RowVerdict.Rejected, row.Verdict));
            }
        }
        catch (ProcessDiedException)
        {
            // The sender hears nothing.
            receiver.KillAt(-1);
            return null;
        }

        return fate is CrossingFate.AnswerLost ? null : answer;
    }

    private sealed class Deployment : IPeer
    {
        private readonly TwoClouds _world;
        private readonly SkewedClock _clock;
        private readonly FederationReceiver _receiver;
        private readonly string _account;
        private int _run;

        public Deployment(Provider provider, TwoClouds world, TimeSpan skew)
        {
            (Provider, _world, _account) = (provider, world, Account(provider));
            _clock = new SkewedClock(world, skew);
            _receiver = new FederationReceiver(Table, Ownership.Other(provider), new HashSet<string>(), _clock, new Backoff(() => 0), ApprovalSettings.Default with { FromPeer = Crossing.Anything, FromPeerPerHour = 1_000 });
            Table.RegisterAsync(_account, Cancel).GetAwaiter().GetResult();

            // From here on the sender looks at what is marked, and at nothing else.
            new DueCensus(Table, _clock).RunAsync(provider, DateTimeOffset.MaxValue, Cancel).GetAwaiter().GetResult();
        }

        public Provider Provider { get; }

        public MemoryTable Table { get; } = new();

        public CrossingFate Fate { get; set; }

        /// <summary>Commands whose commit took place here, by id.</summary>
        public HashSet<string> Asked { get; } = new(StringComparer.Ordinal);

        public List<string> CarriedOut { get; } = [];

        public void Skip(TimeSpan time) => _world._now += time;

        public void KillAt(int commits)
        {
            var left = commits;
            Table.OnCommit = commits < 0 ? null : when =>
            {
                if (when == "after" && left-- == 0)
                {
                    throw new ProcessDiedException();
                }
            };
        }

        public FederationAnswer Receive(FederationBatch batch)
        {
            var wire = JsonSerializer.Serialize(batch, FederationJson.Default.FederationBatch);
            return _receiver.ReceiveAsync(JsonSerializer.Deserialize(wire, FederationJson.Default.FederationBatch)!, Cancel).GetAwaiter().GetResult();
        }

        public void Record(string name, int minute, bool isBroken)
        {
            Skip(TimeSpan.FromMinutes(1));
            var subject = Provider is Provider.Aws ? Some.Bucket(name) : Crossing.Storage(name);
            new FindingRecorder(Table, _clock, new Backoff(() => 0), [], _ => [OutboxKind.Federate])
                .RecordAsync(Some.Of(subject, minute, Some.Rule(isBroken ? Compliance.NonCompliant : Compliance.Compliant)), Cancel).GetAwaiter().GetResult();
        }

        /// <summary>Written or ended by its owner, with its way to the peer, in one transaction.</summary>
        public void Exempt(string name, bool isRevoked)
        {
            var held = Find(_account, ExemptionRows.Key(name));
            var now = _clock.GetUtcNow();
            var exemption = (held is null ? Crossing.Exemption(name, now) : ExemptionRows.Read(held)) with
            {
                Revision = held is null ? 1 : ExemptionRows.Read(held).Revision + 1,
                RevokedAt = isRevoked ? now : null,
            };
            Commit(_account, ExemptionRows.Row(_account, exemption, held?.Version));
        }

        public void Switch(bool isStopped)
        {
            var partition = RowKeys.Deployment(Provider);
            var held = Find(partition, ControlRows.Key);
            Table.RegisterAsync(partition, Cancel).GetAwaiter().GetResult();
            var control = new Control { Stopped = isStopped, By = "sam", FirstSeen = Some.Start, Revision = held is null ? 1 : ControlRows.Read(held).Revision + 1 };
            Commit(partition, ControlRows.Row(partition, control, held?.Version));
        }

        /// <summary>A person here decides about what is the peer's. Few ids: the same button is often clicked twice.</summary>
        public void Ask(string name, bool isAboutAccount)
        {
            var owner = Ownership.Other(Provider);
            var command = Crossing.Command(Provider, isAboutAccount ? Account(owner) : RowKeys.Deployment(owner), name, _clock.GetUtcNow());
            try
            {
                new CommandDesk(Table).SubmitAsync(command, Cancel).GetAwaiter().GetResult();
            }
            finally
            {
                if (Find(command.Partition, CommandRows.Key(command.Id)) is not null)
                {
                    Asked.Add(command.Id);
                }
            }
        }

        /// <summary>The owner's runner as the model sees it: the effect, the result and its way back are one transaction.</summary>
        public void CarryOut()
        {
            foreach (var row in Table.Rows.Where(row => row.Key.StartsWith(OutboxRows.Prefix(OutboxKind.Command), StringComparison.Ordinal) && Ownership.Owns(Provider, row.Partition)))
            {
                var held = Find(row.Partition, OutboxRows.Read(row).Row!)!;
                var command = CommandRows.Read(held);
                Assert.Equal(CommandState.Pending, command.State);
                var done = CommandRows.Row(command with { State = CommandState.Done, Outcome = "done", FinishedAt = _clock.GetUtcNow() }, held.Version);
                var way = OutboxRows.Row(row.Partition, OutboxEntry.OfRow(OutboxKind.Federate, row.Partition, held.Key, _clock.GetUtcNow()), version: null);
                try
                {
                    Assert.True(Table.CommitMarkedAsync(row.Partition, [new TableWrite.Replace(done), new TableWrite.Delete(row.Key, row.Version), new TableWrite.Put(way)], _clock.GetUtcNow(), Cancel).GetAwaiter().GetResult());
                }
                finally
                {
                    // Killed before the commit, it was not.
                    if (CommandRows.Read(Find(row.Partition, held.Key)!).State is CommandState.Done)
                    {
                        CarriedOut.Add(command.Id);
                    }
                }
            }
        }

        public void Forward()
        {
            Skip(TimeSpan.FromMinutes(2));
            var run = string.Create(CultureInfo.InvariantCulture, $"run{_run++}");
            new FederationSender(Table, this, Provider, _clock, () => 0.5).RunAsync(run, 100, Cancel).GetAwaiter().GetResult();
        }

        public Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation) =>
            Task.FromResult(_world.Deliver(Provider, batch, Fate) ?? throw new PeerUnavailableException("no answer"));

        public Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) => throw new NotSupportedException();

        private TableRow? Find(string partition, string key) => Table.FindAsync(partition, key, Cancel).GetAwaiter().GetResult();

        private void Commit(string partition, TableRow row)
        {
            Skip(TimeSpan.FromSeconds(1));
            var way = OutboxRows.Row(partition, OutboxEntry.OfRow(OutboxKind.Federate, partition, row.Key, _clock.GetUtcNow()), version: null);
            Assert.True(Table.CommitMarkedAsync(partition, [TableWrite.Guarded(row), new TableWrite.Put(way)], _clock.GetUtcNow(), Cancel).GetAwaiter().GetResult());
        }
    }

    private sealed class SkewedClock(TwoClouds world, TimeSpan skew) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => world._now + skew;
    }
}
