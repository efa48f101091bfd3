using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Due;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Notifications;

/// <summary>A table, a clock and simulated channels; a process that can be killed at any commit.</summary>
internal sealed class ChatWorld
{
    private readonly Dictionary<string, int> _minutes = new(StringComparer.Ordinal);
    private int _killAt = -1;
    private bool _dead;
    private int _run;

    public ChatWorld(NotificationSettings? settings = null, params ChatChannel[] channels)
    {
        Settings = settings ?? NotificationSettings.Default;
        Clock = new ManualTime(Some.Start);
        Chats = (channels.Length == 0 ? [ChatChannel.Slack] : channels).ToDictionary(channel => channel, channel => new SimulatedChat(channel is ChatChannel.Slack));

        // From here on the notifier looks at what is marked, and at nothing else.
        new DueCensus(Table, Clock).RunAsync(Provider.Aws, DateTimeOffset.MaxValue, default).GetAwaiter().GetResult();
        Table.OnCommit = _ =>
        {
            if (_killAt >= 0 && _killAt-- == 0)
            {
                _dead = true;
            }

            if (_dead)
            {
                throw new KilledException();
            }
        };
    }

    public NotificationSettings Settings { get; set; }
    public MemoryTable Table { get; } = new();
    public ManualTime Clock { get; }
    public Dictionary<ChatChannel, SimulatedChat> Chats { get; }
    public SimulatedChat Slack => Chats[ChatChannel.Slack];

    public IEnumerable<Finding> Findings => Table.Rows.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding);

    public IEnumerable<TableRow> Outbox => Table.Rows.Where(row => row.Key.StartsWith("o:notify:", StringComparison.Ordinal));

    public IEnumerable<TableRow> SetAside => Table.Rows.Where(row => row.Key.StartsWith("q:", StringComparison.Ordinal));

    public void Record(string name, bool broken, Severity severity = Severity.Critical, string rule = "SG-STOR-001")
    {
        _minutes[name] = _minutes.GetValueOrDefault(name) + 1;
        var recorder = new FindingRecorder(Table, Clock, new Backoff(() => 0), [], new OutboxPolicy(RemediationSettings.Default, notifies: true).After);
        recorder.RecordAsync(Some.Of(Some.Bucket(name), _minutes[name], Some.Rule(broken ? Compliance.NonCompliant : Compliance.Compliant, rule, severity)), default).GetAwaiter().GetResult();
    }

    public void Plan(string name, string id) => Step(name, FindingStep.AwaitingApproval, TreatmentState.AwaitingApproval, new RemediationPlan
    {
        Id = id,
        Sentence = "Block public access.",
        Before = "{}",
        After = "{\"on\":true}",
        Call = "s3:PutPublicAccessBlock",
        Permissions = [],
        Risk = Risk.None,
        PlannedAt = Clock.GetUtcNow(),
    });

    /// <summary>A step of the treatment, as the remedy would write it.</summary>
    public void Step(string name, FindingStep step, TreatmentState state, RemediationPlan? plan = null)
    {
        if (Findings.FirstOrDefault(finding => finding.Resource.Name == name) is not { } before)
        {
            return;
        }

        var now = Clock.GetUtcNow();
        var after = before with { Revision = before.Revision + 1, Treatment = new Treatment { State = state, At = now, Plan = plan } };
        var change = new FindingChange(before, after, new FindingEvent
        {
            FindingId = after.Id,
            RuleId = after.RuleId,
            Resource = after.Resource,
            Step = step,
            Revision = after.Revision,
            At = now,
            RecordedAt = now,
            Status = after.Status,
            Severity = after.Severity,
        });
        var partition = RowKeys.Partition(after.Resource);
        var version = Table.FindAsync(partition, FindingKeys.Finding(after), default).Result!.Version;
        Assert.True(TreatmentWrites.CommitAsync(Table, partition, version, change, [], new OutboxPolicy(RemediationSettings.Default, notifies: true).After, default).Result);
    }

    /// <param name="killAt">The commit (counted from 0) at which the process dies; negative: it lives.</param>
    /// <param name="maxMessages">Of the run.</param>
    public NotifierReport? Run(int killAt = -1, int maxMessages = 10_000)
    {
        (_killAt, _dead) = (killAt, false);
        try
        {
            return Notifier().RunAsync($"run{_run++}", maxMessages, default).GetAwaiter().GetResult();
        }
        catch (KilledException)
        {
            return null;
        }
        finally
        {
            (_killAt, _dead) = (-1, false);
        }
    }

    public Notifier Notifier() => new(
        Table, Chats.ToDictionary(chat => chat.Key, chat => (IChat)chat.Value), Settings, _ => ValueTask.FromResult<IPresentation>(new PlainPresentation()), Provider.Aws, Clock, () => 1);

    /// <summary>Everything answers again; time passes until nothing waits.</summary>
    public void Settle()
    {
        foreach (var chat in Chats.Values)
        {
            chat.Fate = null;
        }

        for (var i = 0; i < 60 && Outbox.Any(); i++)
        {
            Clock.Advance(TimeSpan.FromMinutes(2));
            Run();
        }

        Assert.Empty(Outbox);
    }
}

internal sealed class KilledException : Exception;

/// <summary>A simulated channel.</summary>
internal sealed class SimulatedChat(bool canUpdate) : IChat
{
    /// <summary>What becomes of the next call; null: it is taken.</summary>
    public Func<JsonObject, Fate>? Fate { get; set; }

    /// <summary>Called while a message is under way.</summary>
    public Action? Meanwhile { get; set; }

    /// <summary>In the order of posting; an edited one shows its latest text.</summary>
    public List<(ChatReceipt At, JsonObject Text, ChatReceipt? InReplyTo)> Messages { get; } = [];

    public HashSet<string> Deleted { get; } = [];

    public int Updates { get; private set; }

    public bool CanUpdate => canUpdate;

    public IEnumerable<JsonObject> Posts => Messages.Where(message => message.InReplyTo is null).Select(message => message.Text);

    public Task<ChatReceipt> PostAsync(string? target, JsonObject message, ChatReceipt? inReplyTo, CancellationToken cancellation)
    {
        var receipt = canUpdate ? new ChatReceipt("C1", $"1700000000.{Messages.Count:D6}") : new ChatReceipt(null, null);
        Take(message, () => Messages.Add((receipt, message, inReplyTo)));
        return Task.FromResult(receipt);
    }

    public Task UpdateAsync(ChatReceipt at, JsonObject message, CancellationToken cancellation)
    {
        Assert.True(canUpdate);
        if (Deleted.Contains(at.Ts!))
        {
            throw new ChatException(ChatFault.Gone, "message_not_found");
        }

        Take(message, () =>
        {
            var index = Messages.FindIndex(one => one.At == at);
            Messages[index] = Messages[index] with { Text = message };
            Updates++;
        });
        return Task.CompletedTask;
    }

    private void Take(JsonObject message, Action take)
    {
        var fate = Fate?.Invoke(message) ?? Notifications.Fate.Taken;
        if (fate is Notifications.Fate.Taken or Notifications.Fate.TakenButSilent)
        {
            take();
            Meanwhile?.Invoke();
        }

        switch (fate)
        {
            case Notifications.Fate.Taken:
                break;
            case Notifications.Fate.TakenButSilent or Notifications.Fate.Down:
                throw new ChatException(ChatFault.Unavailable, "timeout");
            case Notifications.Fate.Throttled:
                throw new ChatException(ChatFault.Throttled, "ratelimited", TimeSpan.FromSeconds(30));
            case Notifications.Fate.Refused:
                throw new ChatException(ChatFault.Refused, "channel_not_found");
            case Notifications.Fate.Rejected:
                throw new ChatException(ChatFault.Rejected, "invalid_blocks");
        }
    }
}

internal enum Fate
{
    Taken,

    /// <summary>It was taken, and the answer lost.</summary>
    TakenButSilent,

    Down,
    Throttled,
    Refused,
    Rejected,
}

/// <summary>Just what the tests look at.</summary>
internal sealed class PlainPresentation : IPresentation
{
    public JsonObject Finding(ChatChannel channel, Finding finding, IReadOnlyList<FindingEvent> story) => new() { ["finding"] = finding.Id, ["revision"] = finding.Revision, ["status"] = finding.Status.ToString() };

    public JsonObject Reply(ChatChannel channel, Finding finding, FindingEvent step) => new() { ["reply"] = finding.Id, ["step"] = step.Step.ToString(), ["revision"] = step.Revision };

    public JsonObject Digest(ChatChannel channel, IReadOnlyList<Finding> findings) => new() { ["digest"] = new JsonObject([.. findings.Select(finding => new KeyValuePair<string, JsonNode?>(finding.Id, finding.Revision))]) };

    public JsonObject Control(ChatChannel channel, Provider provider, Control control) => new() { ["stopped"] = control.Stopped, ["cloud"] = provider.ToString() };

    public JsonObject Breaker(ChatChannel channel, string partition, string rule, int fixes) => new() { ["breaker"] = rule, ["fixes"] = fixes };

    public JsonObject Peer(ChatChannel channel, Provider peer, ServerlessGuard.Federation.PeerNote note) => new() { ["peer"] = peer.ToString(), ["alarm"] = note.Alarm.ToString() };

    public ChatChannel? Asks(Person person) => ChatChannel.Slack;

    public JsonObject Question(Command asked, Question question, Finding? finding) => new() { ["question"] = asked.Id };

    public JsonObject Exemption(ChatChannel channel, Exemption exemption) => new() { ["exemption"] = exemption.Id };
}
