using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Decisions;
using ServerlessGuard.Engine;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Recording;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;
using ServerlessGuard.Testing;
using ServerlessGuard.Tests.Federation;
using ServerlessGuard.Tests.Findings;
using ServerlessGuard.Tests.Remediation;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Chat.Tests.Attacks;

/// <summary>AWS as its owner runs it, in memory: table, cloud, keys, endpoints and schedules (the other part of this class). Azure is in an attacker's hands.</summary>
internal sealed partial class AttackedOwner
{
    public const string Kim = "U0KIM";
    private const string SlackSecret = "the signing secret of the app that only AWS has";
    private static readonly byte[] LinkKey = "the key that only AWS has, of more than thirty-two bytes"u8.ToArray();
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private readonly MemorySealer _sealer = new();
    private readonly Random _random;
    private readonly FederationEndpoint _federation;
    private readonly ChatEndpoint _chat;
    private readonly List<(string Partition, string Key)> _kicks = [];
    private int _seen;

    public AttackedOwner(ApprovalSettings approvals, Random random)
    {
        _random = random;
        Settings = GuardSettings.Default with
        {
            Approvals = approvals,
            Remediation = new RemediationSettings { Mode = RemediationMode.Approve, DryWindow = TimeSpan.Zero },
        };
        var alarms = new PeerAlarms(Table, Provider.Aws, Policy, Time, counted: null);
        _federation = new FederationEndpoint(Table, Provider.Azure, new FederationReceiver(
            Table, Provider.Azure, new HashSet<string> { TwoClouds.Subscription }, Time, Backoff, approvals, (partition, key) => _kicks.Add((partition, key)), alarms));
        var (slack, links, rules) = (new Ring(SlackSecret), new Ring(Encoding.UTF8.GetString(LinkKey)), RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor));
        _chat = Endpoints.Of(Table, approvals, Provider.Aws, slack, this, links, rules, signsIn: false, Time);
    }

    public MemoryTable Table { get; } = new();

    public Buckets Cloud { get; } = new();

    public ManualTime Time { get; } = new(Some.Start);

    public GuardSettings Settings { get; }

    /// <summary>What people here sent to Slack, as it arrived: an attacker who listens may send it again.</summary>
    public List<ChatRequest> Heard { get; } = [];

    public IReadOnlyList<Finding> Findings => [.. Table.Rows.Where(row => row.Partition == Some.Partition && row.Kind is RowKind.Finding).Select(FindingRows.Finding)];

    /// <summary>What came from the peer about what is ours.</summary>
    public IEnumerable<Command> Asked => Table.Rows
        .Where(row => row.Kind is RowKind.Command && (row.Partition == Some.Partition || row.Partition == RowKeys.Deployment(Provider.Aws)))
        .Select(CommandRows.Read).Where(command => command.IssuedIn is Provider.Azure);

    /// <summary>Fixed and undoable, one of them resolved; waiting for a person; without a plan; exempted by kim; and one whose plan is still to be made.</summary>
    public async Task PrepareAsync(bool stops)
    {
        foreach (var name in (string[])["fixed", "resolved", "waiting", "patient", "exempted"])
        {
            await SeeAsync(name);
        }

        await SeeAsync("manual", remediation: null);
        await SettleAsync();
        foreach (var name in (string[])["fixed", "resolved"])
        {
            await ApproveAsync(name);
        }

        await SayAsync($"exempt {Of("exempted").Id} 30 a public site");
        await SettleAsync();
        await SeeAsync("resolved");
        if (stops)
        {
            await SayAsync("stop an incident");
            await SettleAsync();
        }

        await SeeAsync("late");
        Assert.Equal(["fixed", "resolved"], Cloud.Writes);
        Assert.Equal((FindingStatus.Resolved, FindingStatus.Suppressed), (Of("resolved").Status, Of("exempted").Status));
        Assert.Equal(TreatmentState.AwaitingApproval, Of("waiting").Treatment!.State);
    }

    public Finding Of(string name) => Findings.Single(finding => finding.Resource.Name == name);

    public Task ApproveAsync(string name) => SayAsync($"approve {Of(name).Id} {Of(name).Treatment!.Plan!.Id}");

    /// <summary>Kim types <c>/guard</c> and the words, and Slack vouches for it.</summary>
    public async Task SayAsync(string words)
    {
        var body = $"user_id={Kim}&user_name=kim&text={Uri.EscapeDataString(words)}&trigger_id={Heard.Count}.{Time.Now.Ticks}";
        var request = SlackRequest("slack/commands", body, SlackSecret, Time.Now);
        Heard.Add(request);
        Assert.Equal(200, (await AnswerAsync(request)).Response.Status);
    }

    /// <summary>A scan sees the bucket as it is.</summary>
    public Task SeeAsync(string name, string? remediation = Remediations.BlockPublicAccess)
    {
        if (Findings.All(finding => finding.Resource.Name != name))
        {
            Cloud.Open.Add(Some.Bucket(name).Id);
        }

        var verdict = Some.Rule(Cloud.Open.Contains(Some.Bucket(name).Id) ? Compliance.NonCompliant : Compliance.Compliant) with { Remediation = remediation };
        return new FindingRecorder(Table, Time, Backoff, [], Policy.After).RecordAsync(Some.Of(Some.Bucket(name), ++_seen, verdict), Cancel);
    }

    public async Task<ChatAnswer> AnswerAsync(ChatRequest request)
    {
        var answer = await _chat.AnswerAsync(request, Cancel);
        _kicks.AddRange(answer.Submitted.Select(command => (command.Partition, ChatAnswer.Entry(command))));
        return answer;
    }

    /// <summary>What Azure's identity sends, whoever holds it.</summary>
    public async Task<FederationResponse> ReceiveAsync(byte[] body) =>
        JsonSerializer.Deserialize((await _federation.HandleAsync(body, Cancel)).Body, FederationJson.Default.FederationResponse)!;

    /// <summary>A link of the owner's, for the one whom it is sent to. An attacker may get hold of what has been altered since, never of this.</summary>
    public static string Link(ActionLinkContent content) => ActionLink.Sign(LinkKey, content);

    public static ChatRequest SlackRequest(string path, string body, string secret, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"v0:{timestamp}:{body}")));
        return new ChatRequest
        {
            Method = "POST",
            Path = path,
            Headers = new Dictionary<string, string> { ["X-Slack-Request-Timestamp"] = timestamp, ["X-Slack-Signature"] = "v0=" + signature },
            Body = Encoding.UTF8.GetBytes(body),
        };
    }

    private sealed class Ring(string key) : IKeyring
    {
        public ValueTask<IReadOnlyList<string>> KeysAsync(bool fresh, CancellationToken cancellation) => ValueTask.FromResult<IReadOnlyList<string>>([key]);
    }
}
