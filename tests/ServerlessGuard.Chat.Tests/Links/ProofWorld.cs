using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Chat.SignIn;
using ServerlessGuard.Decisions;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Decisions;

namespace ServerlessGuard.Chat.Tests.Links;

/// <summary>AWS, which owns a finding with a plan, and its own way to people; Azure is in other hands.</summary>
internal sealed partial class ProofWorld : IKeyring, IChat, IResponseUrl
{
    public const string Key = "the key that only AWS has, of more than thirty-two bytes";

    private int _run;

    private ProofWorld(string[] more) =>
        Desk = new(approvals: ApprovalSettings.Default with { Approvers = [Desk.Kim.Id, Desk.Sam.Id, .. more], FromPeer = [CommandKind.Reject, CommandKind.Stop], Persons = Persons });

    private static ImmutableDictionary<string, string> Persons { get; } = ImmutableDictionary.CreateRange(
        StringComparer.OrdinalIgnoreCase, [KeyValuePair.Create(Desk.Kim.Id, "kim"), KeyValuePair.Create("entra:kim@acme.example", "kim")]);

    public Desk Desk { get; }

    /// <summary>Where people sign in; null: nowhere.</summary>
    public ISignIn? SignIn { get; set; }

    /// <summary>Private messages and others, with whom they went to.</summary>
    public List<(string? To, JsonObject Body)> Sent { get; } = [];

    public ITable Table => Desk.Scene.Table;

    public bool CanUpdate => true;

    public static async Task<ProofWorld> StartAsync(params string[] moreApprovers)
    {
        var world = new ProofWorld(moreApprovers);
        await world.Desk.SeeAndPlanAsync();
        return world;
    }

    /// <summary>What Azure says that somebody there decided, as its owner's runner meets it.</summary>
    public Task<CommandOutcome> PeerSaysAsync(Command command) => Desk.DoAsync(command with { IssuedIn = Provider.Azure });

    /// <summary>Runs the notifier, and gives the links that went to the person.</summary>
    public async Task<IReadOnlyList<string>> LinksToAsync(Person person)
    {
        string? Sign(Command asked, Question question) => ActionLink.Sign(Encoding.UTF8.GetBytes(Key), ActionLinkContent.Of(asked, question, $"nonce-of-run-{_run:D12}"));
        _run++;
        var presentation = new Presentation(
            RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor), _ => true, link: null, Desk.Scene.Time, (asked, question) => new Uri("https://aws.acme.example/link?" + Sign(asked, question)));
        await new Notifier(
            Table, new Dictionary<ChatChannel, IChat> { [ChatChannel.Slack] = this }, NotificationSettings.Default, _ => ValueTask.FromResult<IPresentation>(presentation), Provider.Aws, Desk.Scene.Time, () => 1)
            .RunAsync($"run{_run}", 100, CancellationToken.None);
        return [.. Sent.Where(message => "slack:" + message.To == person.Id).Select(message => Query().Match(message.Body.ToJsonString())).Where(match => match.Success).Select(match => match.Groups["query"].Value)];
    }

    public Task<ChatAnswer> GetAsync(string query) => Endpoint().AnswerAsync(new ChatRequest { Method = "GET", Path = "link", Query = query }, CancellationToken.None);

    public Task<ChatAnswer> PostAsync(string query, string more = "") =>
        Endpoint().AnswerAsync(new ChatRequest { Method = "POST", Path = "link", Body = Encoding.UTF8.GetBytes(query + more) }, CancellationToken.None);

    /// <summary>The browser comes back from the issuer.</summary>
    public Task<ChatAnswer> SignedInAsync(string state, string token) => Endpoint().AnswerAsync(
        new ChatRequest { Method = "POST", Path = "link/signed-in", Body = Encoding.UTF8.GetBytes($"state={Uri.EscapeDataString(state)}&id_token={Uri.EscapeDataString(token)}") }, CancellationToken.None);

    public ValueTask<IReadOnlyList<string>> KeysAsync(bool fresh, CancellationToken cancellation) => ValueTask.FromResult<IReadOnlyList<string>>([Key]);

    public Task<ChatReceipt> PostAsync(string? target, JsonObject message, ChatReceipt? inReplyTo, CancellationToken cancellation)
    {
        Sent.Add((target, message));
        return Task.FromResult(new ChatReceipt(target ?? "C1", $"1.{Sent.Count}"));
    }

    public Task UpdateAsync(ChatReceipt at, JsonObject message, CancellationToken cancellation) => Task.CompletedTask;

    public Task<bool> TryAnswerAsync(string address, JsonObject message, CancellationToken cancellation) => Task.FromResult(true);

    private ChatEndpoint Endpoint() => Endpoints.Of(
        Table, Desk.Approvals, Provider.Aws, slack: null, this, this, RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor), signsIn: false, Desk.Scene.Time, SignIn);

    [GeneratedRegex("aws\\.acme\\.example/link\\?(?<query>t=[A-Za-z0-9_.-]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Query();
}
