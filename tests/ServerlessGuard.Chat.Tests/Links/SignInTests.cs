using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Chat.SignIn;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Tests.Decisions;

namespace ServerlessGuard.Chat.Tests.Links;

/// <summary>Links where people sign in: neither a typed name, nor the link alone, nor somebody else's sign-in decides.</summary>
public partial class SignInTests
{
    private const string Kim = "entra:kim@acme.example";

    [Fact]
    public async Task A_typed_name_is_never_enough_where_people_sign_in()
    {
        var (world, _) = await WorldAsync();
        var answer = await world.PostAsync(Link(world), "&name=Kim&reason=x");
        Assert.Equal((409, 0), (answer.Response.Status, answer.Submitted.Length));
        Assert.Contains("Sign in first", Text(answer), StringComparison.Ordinal);

        // Nor a header that anybody can send, nor the link that went to one person in Slack.
        await world.PeerSaysAsync(world.Desk.Command(CommandKind.Approve));
        Assert.Equal(409, (await world.PostAsync(Assert.Single(await world.LinksToAsync(Desk.Kim)))).Response.Status);
    }

    [Fact]
    public async Task Signing_in_decides_nothing_and_the_form_that_follows_does_once_in_that_name()
    {
        var (world, issuer) = await WorldAsync();
        var page = Text(await world.GetAsync(Link(world)));
        Assert.DoesNotContain("<form", page, StringComparison.Ordinal);
        Assert.Contains("https://issuer.example/authorize", page, StringComparison.Ordinal);

        // Somebody may have sent the browser there: coming back changes nothing.
        var asked = await world.SignedInAsync(issuer.State!, "token of kim");
        Assert.Equal((200, 0), (asked.Response.Status, asked.Submitted.Length));
        Assert.Contains($"You decide as <b>{Kim}</b>", Text(asked), StringComparison.Ordinal);
        Assert.Contains("action=\"../link\"", Text(asked), StringComparison.Ordinal);
        var own = "t=" + Token().Match(Text(asked)).Groups["token"].Value;
        Assert.Equal(Kim, Assert.Single((await world.PostAsync(own)).Submitted).By.Id);
        Assert.Contains("already been used", Text(await world.PostAsync(own)), StringComparison.Ordinal);
        Assert.Contains("already been used", Text(await world.SignedInAsync(issuer.State!, "token of kim")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sign_in_for_one_link_is_none_for_another()
    {
        var (world, issuer) = await WorldAsync();
        await world.GetAsync(Link(world));
        var (state, nonce) = (issuer.State!, issuer.Nonce!);
        await world.GetAsync(Link(world, CommandKind.Undo));
        Assert.NotEqual(nonce, issuer.Nonce);

        // The browser's state is changed on the way: the token was made for the other decision.
        issuer.Nonce = nonce;
        var answer = await world.SignedInAsync(issuer.State!, "token of kim");
        Assert.Equal(409, answer.Response.Status);
        Assert.Contains("another nonce", Text(answer), StringComparison.Ordinal);
        Assert.Equal(200, (await world.SignedInAsync(state, "token of kim")).Response.Status);
    }

    [Fact]
    public async Task A_private_link_followed_by_somebody_else_who_signs_in_decides_nothing()
    {
        var (world, issuer) = await WorldAsync();
        await world.PeerSaysAsync(world.Desk.Command(CommandKind.Approve));
        await world.GetAsync(Assert.Single(await world.LinksToAsync(Desk.Kim)));
        var answer = await world.SignedInAsync(issuer.State!, "token of eve");
        Assert.Equal((409, 0), (answer.Response.Status, answer.Submitted.Length));
        Assert.Contains("This link was sent to slack:U1, and you signed in as entra:eve@acme.example", Text(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_link_is_good_for_the_person_behind_both_identities()
    {
        var (world, issuer) = await WorldAsync();
        var yes = world.Desk.Command(CommandKind.Approve);
        await world.PeerSaysAsync(yes);
        await world.GetAsync(Assert.Single(await world.LinksToAsync(Desk.Kim)));
        var own = "t=" + Token().Match(Text(await world.SignedInAsync(issuer.State!, "token of kim"))).Groups["token"].Value;
        var command = Assert.Single((await world.PostAsync(own)).Submitted);
        Assert.Equal((Kim, yes.Id), (command.By.Id, command.Id));
    }

    [Fact]
    public async Task A_token_that_the_issuer_does_not_vouch_for_and_a_state_that_is_no_link_lead_nowhere()
    {
        var (world, issuer) = await WorldAsync();
        await world.GetAsync(Link(world));
        foreach (var (state, token) in new[] { (issuer.State!, "forged"), (issuer.State!, string.Empty), ("x.y", "token of kim"), (string.Empty, "token of kim"), (issuer.State! + "AA", "token of kim") })
        {
            Assert.Equal(409, (await world.SignedInAsync(state, token)).Response.Status);
        }
    }

    private static async Task<(ProofWorld World, Issuer Issuer)> WorldAsync()
    {
        var world = await ProofWorld.StartAsync(Kim);
        var issuer = new Issuer();
        world.SignIn = issuer;
        return (world, issuer);
    }

    /// <summary>Of a card in a channel: for nobody in particular.</summary>
    private static string Link(ProofWorld world, CommandKind kind = CommandKind.Reject)
    {
        var button = Messages.Of(world.Desk.Scene.Finding, [], null, world.Desk.Scene.Time.Now).Buttons.First(button => button.Kind is CommandKind.Approve);
        return ActionLink.Sign(Encoding.UTF8.GetBytes(ProofWorld.Key), ActionLinkContent.Of(button, world.Desk.Scene.Time.Now.AddDays(1), "n0nce0123456789abcdef") with { Kind = kind });
    }

    private static string Text(ChatAnswer answer) => Encoding.UTF8.GetString(answer.Response.Body.Span);

    [GeneratedRegex("name=\"t\" value=\"(?<token>[^\"]+)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    /// <summary>An issuer that signs for whoever is asked, for the link that it was asked about.</summary>
    private sealed class Issuer : ISignIn
    {
        public string? State { get; private set; }

        public string? Nonce { get; set; }

        public Task<Uri?> AddressAsync(string state, string nonce, CancellationToken cancellation)
        {
            (State, Nonce) = (state, nonce);
            return Task.FromResult<Uri?>(new Uri("https://issuer.example/authorize?state=" + WebUtility.UrlEncode(state)));
        }

        public Task<SignedIn> WhoAsync(string? token, string nonce, CancellationToken cancellation) => Task.FromResult(
            token is null || !token.StartsWith("token of ", StringComparison.Ordinal) ? new SignedIn(null, "the signature does not hold")
            : nonce != Nonce ? new SignedIn(null, "another nonce")
            : new SignedIn(new Person(token[9..], $"entra:{token[9..]}@acme.example"), null));
    }
}
