using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ServerlessGuard.Chat.Links;
using ServerlessGuard.Chat.Tests.Rendering;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Chat.Tests.Links;

public class ActionLinkTests
{
    private static readonly byte[] Key = SHA256.HashData("one"u8);
    private static readonly byte[] Other = SHA256.HashData("two"u8);

    private static ActionLinkContent Content { get; } = new(
        CommandKind.Approve, null, new ButtonTarget("aws:111122223333", "SG-STOR-001-0123456789abcdef0123456789abcdef", 7, "p1a2b3c4"), Hostile.Now.AddDays(1), "n0nce0123456789abcdef");

    [Property(MaxTest = 300)]
    public Property What_was_signed_is_read()
    {
        var contents =
            from kind in Gen.Elements(Enum.GetValues<CommandKind>())
            from days in Gen.Choose(1, 90)
            from finding in Gen.Elements("SG-STOR-001-0123456789abcdef0123456789abcdef", null)
            from plan in Gen.Elements("p1", null)
            from revision in Gen.Choose(0, 1000)
            from partition in Gen.Elements("aws:111122223333", "aws:guard", "aws:\"],[\"")
            from minutes in Gen.Choose(1, 7 * 24 * 60)
            select new ActionLinkContent(
                kind, kind is CommandKind.Exempt ? days : null, new ButtonTarget(partition, finding, revision, plan), Hostile.Now.AddMinutes(minutes), "n0nce0123456789abcdef");
        return Prop.ForAll(contents.ToArbitrary(), content =>
        {
            var read = ActionLink.Read(Provider.Aws, [Key], "?x=1&" + ActionLink.Sign(Key, content) + "&name=Sam", Hostile.Now);
            Assert.Equal(content, read.Content);
            Assert.Equal(content.CommandId(), read.Content!.CommandId());
            Assert.Matches("^[0-9a-f]{32}$", content.CommandId());
        });
    }

    [Fact]
    public void Every_changed_character_of_a_token_is_noticed()
    {
        var query = ActionLink.Sign(Key, Content);
        for (var i = 2; i < query.Length; i++)
        {
            var changed = new StringBuilder(query) { [i] = query[i] is 'A' ? 'B' : 'A' }.ToString();
            // The last character of base64url carries bits that no byte holds: another spelling of the same signature is the same link.
            var read = ActionLink.Read(Provider.Aws, [Key], changed, Hostile.Now);
            Assert.True(read.Fault is ActionLinkFault.Forged or ActionLinkFault.Malformed || read.Content == Content && i == query.Length - 1, changed);
        }
    }

    [Fact]
    public void Keys_are_changed_without_a_broken_link_and_old_ones_end()
    {
        var query = ActionLink.Sign(Other, Content);
        Assert.Equal(Content, ActionLink.Read(Provider.Aws, [Key, Other], query, Hostile.Now).Content);
        Assert.Equal(ActionLinkFault.Forged, ActionLink.Read(Provider.Aws, [Key], query, Hostile.Now).Fault);
        Assert.Equal(ActionLinkFault.Forged, ActionLink.Read(Provider.Aws, [], query, Hostile.Now).Fault);
        Assert.Equal(ActionLinkFault.Forged, ActionLink.Read(Provider.Aws, [[]], query, Hostile.Now).Fault);
        Assert.Throws<ArgumentException>(() => ActionLink.Sign([1, 2, 3], Content));
    }

    [Fact]
    public void A_link_signed_with_the_key_of_AWS_about_a_finding_of_Azure_is_none()
    {
        var foreign = Content with { Target = Content.Target with { Partition = "azure:99999999-8888-7777-6666-555555555555" } };
        var query = ActionLink.Sign(Key, foreign);

        // Azure does not have the key of AWS; and where somebody gave both clouds the same one, AWS still answers for AWS alone.
        Assert.Equal(ActionLinkFault.Forged, ActionLink.Read(Provider.Azure, [Other], query, Hostile.Now).Fault);
        Assert.Equal(ActionLinkFault.AnotherOwner, ActionLink.Read(Provider.Aws, [Key], query, Hostile.Now).Fault);
        Assert.Equal(ActionLinkFault.Malformed, ActionLink.Read(Provider.Aws, [Key], ActionLink.Sign(Key, foreign with { Target = new ButtonTarget("gcp:1") }), Hostile.Now).Fault);
    }

    [Fact]
    public void A_link_ends_and_none_lives_longer_than_a_week()
    {
        var query = ActionLink.Sign(Key, Content);
        Assert.Null(ActionLink.Read(Provider.Aws, [Key], query, Content.Expires.AddSeconds(-1)).Fault);
        Assert.Equal(ActionLinkFault.Expired, ActionLink.Read(Provider.Aws, [Key], query, Content.Expires).Fault);
        Assert.Equal(ActionLinkFault.LivesTooLong, ActionLink.Read(Provider.Aws, [Key], query, Content.Expires - ActionLink.MaxLife - TimeSpan.FromSeconds(1)).Fault);
    }

    [Fact]
    public void Whatever_a_link_is_about_makes_another_command()
    {
        ActionLinkContent[] contents =
        [
            Content, Content with { Kind = CommandKind.Reject }, Content with { Nonce = "another0123456789abc" }, Content with { Expires = Content.Expires.AddSeconds(1) },
            Content with { Target = Content.Target with { Revision = 8 } }, Content with { Target = Content.Target with { PlanId = null } },
            Content with { Kind = CommandKind.Exempt, Days = 7 }, Content with { Kind = CommandKind.Exempt, Days = 30 },
        ];
        Assert.Equal(contents.Length, contents.Select(content => content.CommandId()).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("t=")]
    [InlineData("t=abc")]
    [InlineData("t=.abc")]
    [InlineData("t=!!.!!")]
    [InlineData("s=abc.def")]
    [InlineData("t=YQ.YQ&t=YQ.YQ")]
    public void What_is_no_link_is_refused(string? query) => Assert.Equal(ActionLinkFault.Malformed, ActionLink.Read(Provider.Aws, [Key], query, Hostile.Now).Fault);
}
