using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Json.Schema;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Chat.Slack;
using ServerlessGuard.Chat.Teams;
using ServerlessGuard.Chat.Tests.Slack;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Rules;
using ServerlessGuard.Tests;
using ServerlessGuard.Tests.Notifications;

namespace ServerlessGuard.Chat.Tests.Rendering;

public class RenderingTests
{
    private static readonly RuleDescriptor Rule = RuleCatalog.BuiltIn.Find("SG-STOR-001")!.Descriptor;
    private static readonly byte[] Key = SHA256.HashData("one"u8);

    private static readonly Lazy<JsonSchema> Card = new(() => JsonSchema.FromFile(
        Repository.Path("tests", "ServerlessGuard.Core.Tests", "Notifications", "adaptive-card-1.5.json")));

    private static readonly HashSet<string> Labels =
    [
        "*Status*", "*Resource*", "*Where*", "*Since*", "*Changed by*", "*Why it matters*", "*Evidence*", "*The fix*", "*Call*", "*Changes*", "*Risk*", "*Approved so far*", "*Timeline*",
        "*Severity*", "*Accounts*", "*The worst*", "*All of them*", "*🛑 Fixing stopped*", "*ℹ️ ServerlessGuard*",
    ];

    private static Uri Link(ActionButton button) =>
        new("https://guard.example/decide?" + ActionLink.Sign(Key, ActionLinkContent.Of(button, Hostile.Now.AddDays(1), "n0nce0123456789abcdef")));

    [Property(MaxTest = 500)]
    public Property Slack_blocks_stay_within_the_limits_and_parse_nothing_foreign() => Prop.ForAll(Hostile.Told.ToArbitrary(), told =>
        Slack(SlackBlocks.Render(Messages.Of(told.Finding, told.Story, Rule, Hostile.Now))));

    [Property(MaxTest = 500)]
    public Property Cards_follow_the_schema_and_fit() => Prop.ForAll(Hostile.Told.ToArbitrary(), told =>
        Teams(TeamsCard.Render(Messages.Of(told.Finding, told.Story, Rule, Hostile.Now), Link)));

    [Property(MaxTest = 100)]
    public Property Digests_and_notices_too() => Prop.ForAll(Hostile.Finding.NonEmptyListOf().ToArbitrary(), Hostile.Text.ToArbitrary(), (findings, text) =>
    {
        var digest = Digests.Of([.. findings], text);
        Assert.Equal(findings.Count, digest.BySeverity.Sum(part => part.Count));
        Slack(SlackBlocks.Render(digest));
        Teams(TeamsCard.Render(digest));
        var notice = Notices.Answer(text, Hostile.Now);
        Slack(SlackBlocks.Render(notice));
        Teams(TeamsCard.Render(notice, Link));
    });

    [Property(MaxTest = 200)]
    public Property A_page_holds_no_markup_but_its_own() => Prop.ForAll(Hostile.Told.ToArbitrary(), told =>
    {
        var message = Messages.Of(told.Finding, told.Story, Rule, Hostile.Now);
        foreach (var button in message.Buttons)
        {
            var content = ActionLinkContent.Of(button, Hostile.Now.AddDays(1), "n0nce0123456789abcdef");
            var page = ConfirmationPage.Render(content, ActionLink.Token(ActionLink.Sign(Key, content))!, message);
            var tags = Regex.Matches(page, "<[^>]*>").Select(tag => Regex.Match(tag.Value, "^</?!?([a-z0-9]+)").Groups[1].Value).Distinct();
            Assert.Empty(tags.Except(["doctype", "html", "head", "meta", "title", "style", "body", "main", "p", "h1", "dl", "dt", "dd", "form", "input", "label", "button"]));
            Assert.Single(Regex.Matches(page, "<form"));
        }
    });

    /// <summary>Our own isolate around bare right-to-left text counts among those that the text brought along.</summary>
    [Theory]
    [InlineData("\u0645\u0631 \u2068\u2068x\u2069\u2069", 100)]
    [InlineData("\u0645\u0631 \u2068\u2068\u2068\u2068", 16)]
    [InlineData("\u2068\u2068\u2069 \u0645\u2069 \u0645\u0631", 100)]
    [InlineData("\u0645\u0631 \u2068\u2068 much that has to be cut off somewhere", 24)]
    public void Isolates_within_each_other_beside_bare_text_are_cleaned_once_and_for_all(string text, int max)
    {
        var clean = PlainText.Of(text, max);
        Assert.Null(Shown.Objection(clean));
        Assert.Equal(clean, PlainText.Of(clean, max));
    }

    [Property(MaxTest = 300)]
    public Property Cleaning_is_idempotent_and_keeps_to_its_length() => Prop.ForAll(Hostile.Text.ToArbitrary(), Gen.Choose(16, 300).ToArbitrary(), (text, max) =>
    {
        var clean = PlainText.Of(text, max);
        Assert.True(clean.Length <= max);
        Assert.Null(Shown.Objection(clean));
        Assert.Equal(clean, PlainText.Of(clean, max));
    });

    [Property(MaxTest = 300)]
    public Property Buttons_follow_the_state() => Prop.ForAll(Hostile.Told.ToArbitrary(), told =>
    {
        var message = Messages.Of(told.Finding, told.Story, Rule, Hostile.Now);
        var kinds = message.Buttons.Select(button => button.Kind).ToHashSet();
        Assert.Equal(kinds.Contains(CommandKind.Approve), kinds.Contains(CommandKind.Reject));
        Assert.True(!kinds.Contains(CommandKind.Approve) || (message.PlanId is not null && told.Finding is { Status: FindingStatus.Open, NeverTouch: false }));
        Assert.True(told.Finding.Status is FindingStatus.Open || kinds.IsSubsetOf([CommandKind.Undo]));
        foreach (var button in message.Buttons)
        {
            Assert.Equal(button.Target, SlackButton.Read(SlackButton.Value(button.Target)));
            Assert.True(ButtonWords.TryRead(button.Word, out var kind, out var days) && kind == button.Kind && days == button.Days);
        }
    });

    [Theory]
    [InlineData("""{"text":"x","blocks":[]}""")]
    [InlineData("""{"text":"","blocks":[{"type":"divider"}]}""")]
    [InlineData("""{"text":"x","blocks":[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]}""")]
    [InlineData("""{"text":"x","blocks":[{"type":"section"}]}""")]
    [InlineData("""{"text":"x","blocks":[{"type":"context","elements":[]}]}""")]
    [InlineData("""{"text":"x","blocks":[{"type":"divider","made":"up"}]}""")]
    public void The_checker_of_limits_finds_faults(string payload) => Assert.NotEmpty(BlockKit.Faults((JsonObject)JsonNode.Parse(payload)!));

    private static void Slack(JsonObject payload)
    {
        Assert.Empty(BlockKit.Faults(payload));
        foreach (var text in Shown.Texts(payload))
        {
            Assert.Null(Shown.Objection(text));
            Assert.DoesNotMatch("[<>]|&(?!amp;|lt;|gt;)", text);
        }

        foreach (var text in Shown.Objects(payload).Where(it => (string?)it["type"] is "mrkdwn"))
        {
            Assert.Contains((string)text["text"]!, Labels);
        }
    }

    private static void Teams(JsonObject payload)
    {
        Assert.True(Encoding.UTF8.GetByteCount(payload.ToJsonString()) <= TeamsCard.MaxBytes);
        var card = payload["attachments"]![0]!["content"]!;
        Assert.True(Card.Value.Evaluate(System.Text.Json.JsonDocument.Parse(card.ToJsonString()).RootElement).IsValid);
        foreach (var text in Shown.Texts(payload))
        {
            Assert.Null(Shown.Objection(text));
            Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
        }
    }
}
