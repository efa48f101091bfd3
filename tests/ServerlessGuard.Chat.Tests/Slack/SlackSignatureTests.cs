using System.Text;
using ServerlessGuard.Chat.Slack;

namespace ServerlessGuard.Chat.Tests.Slack;

/// <summary>Against the example of Slack's own page, "Verifying requests from Slack".</summary>
public class SlackSignatureTests
{
    private const string Secret = "8f742231b10e8888abcd99yyyzzz85a5";
    private const string Timestamp = "1531420618";
    private const string Signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";

    private const string Body =
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        + "&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";

    [Theory]
    [InlineData(Secret, Timestamp, Signature, Body, 0, SlackVerdict.Valid)]
    [InlineData(Secret, Timestamp, Signature, Body, 300, SlackVerdict.Valid)]
    [InlineData(Secret, Timestamp, Signature, Body, -300, SlackVerdict.Valid)]
    [InlineData(Secret, Timestamp, Signature, Body, 301, SlackVerdict.TooOld)]
    [InlineData(Secret, Timestamp, Signature, Body, -301, SlackVerdict.FromTheFuture)]
    [InlineData(Secret, Timestamp, Signature, Body + " ", 0, SlackVerdict.Forged)]
    [InlineData(Secret, Timestamp, Signature, "", 0, SlackVerdict.Forged)]
    [InlineData(Secret, "1531420619", Signature, Body, 0, SlackVerdict.Forged)]
    [InlineData("8f742231b10e8888abcd99yyyzzz85a6", Timestamp, Signature, Body, 0, SlackVerdict.Forged)]
    [InlineData(Secret, Timestamp, "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b504", Body, 0, SlackVerdict.Forged)]
    [InlineData(Secret, Timestamp, "v1=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503", Body, 0, SlackVerdict.Malformed)]
    [InlineData(Secret, Timestamp, "v0=a2114d57", Body, 0, SlackVerdict.Malformed)]
    [InlineData(Secret, Timestamp, "v0=zz114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503", Body, 0, SlackVerdict.Malformed)]
    [InlineData(Secret, Timestamp, null, Body, 0, SlackVerdict.Malformed)]
    [InlineData(Secret, null, Signature, Body, 0, SlackVerdict.Malformed)]
    [InlineData(Secret, " 1531420618", Signature, Body, 0, SlackVerdict.Malformed)]
    [InlineData(Secret, "-1531420618", Signature, Body, 0, SlackVerdict.Malformed)]
    [InlineData(Secret, "99999999999999999999", Signature, Body, 0, SlackVerdict.Malformed)]
    [InlineData("", Timestamp, Signature, Body, 0, SlackVerdict.NoSecret)]
    [InlineData(null, Timestamp, Signature, Body, 0, SlackVerdict.NoSecret)]
    public void Only_what_slack_signed_just_now_is_valid(string? secret, string? timestamp, string? signature, string body, int secondsLater, SlackVerdict expected) =>
        Assert.Equal(expected, SlackSignature.Verify(secret, timestamp, signature, Encoding.UTF8.GetBytes(body), DateTimeOffset.FromUnixTimeSeconds(1531420618 + secondsLater)));
}
