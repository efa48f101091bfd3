using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Seals;
using ServerlessGuard.Aws.Tests.Api;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Tests.Seals;

public sealed class KmsSealerTests
{
    private const string Key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("what is sealed");

    [Fact]
    public async Task A_seal_of_our_key_is_believed()
    {
        var network = new Playback(Kms);
        var sealer = Sealer(network);
        var seal = await sealer.SealAsync(Content, CancellationToken.None);
        Assert.True(await sealer.VerifyAsync(Content, seal, CancellationToken.None));
        Assert.DoesNotContain(seal, char.IsWhiteSpace);
        Assert.InRange(seal.Length, 1, 1000);
    }

    [Fact]
    public async Task Content_of_any_length_becomes_a_message_that_kms_takes()
    {
        var network = new Playback(Kms);
        var sealer = Sealer(network);
        var large = new byte[1 << 20];
        Assert.True(await sealer.VerifyAsync(large, await sealer.SealAsync(large, CancellationToken.None), CancellationToken.None));
        Assert.All(network.Sent, sent => Assert.InRange(Convert.FromBase64String(JsonNode.Parse(sent.Body)!["Message"]!.GetValue<string>()).Length, 1, 4096));
    }

    /// <summary>The function may run elsewhere; a key is where its ARN says.</summary>
    [Fact]
    public async Task The_key_is_asked_in_its_own_region()
    {
        var network = new Playback(Kms);
        await Sealer(network).SealAsync(Content, CancellationToken.None);
        var sent = Assert.Single(network.Sent);
        Assert.Equal("kms.eu-west-1.amazonaws.com", sent.Uri.Host);
        Assert.Contains("/eu-west-1/kms/aws4_request", sent.Headers["Authorization"], StringComparison.Ordinal);
        Assert.Equal("TrentService.GenerateMac", sent.Headers["X-Amz-Target"]);
    }

    [Fact]
    public async Task A_seal_of_other_content_or_of_another_key_is_refused()
    {
        var network = new Playback(Kms);
        var sealer = Sealer(network);
        var seal = await sealer.SealAsync(Content, CancellationToken.None);
        Assert.False(await sealer.VerifyAsync(Encoding.UTF8.GetBytes("what is seale"), seal, CancellationToken.None));
        var foreign = "kms:" + Convert.ToBase64String(HMACSHA256.HashData(RandomNumberGenerator.GetBytes(32), Content));
        Assert.False(await sealer.VerifyAsync(Content, foreign, CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("kms:")]
    [InlineData("kms:AAAA")]
    [InlineData("kms:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("kms:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("kms: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("kms:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/=")]
    [InlineData("memory:00")]
    [InlineData("https://v.vault.azure.net/keys/guard-seal/0123456789abcdef0123456789abcdef#x")]
    public async Task A_seal_that_is_none_is_refused_without_a_call(string seal)
    {
        var network = new Playback(Kms);
        Assert.False(await Sealer(network).VerifyAsync(Content, seal, CancellationToken.None));
        Assert.True(network.Sent.Count == 0 || seal.Length == 48, "a call for what cannot be a seal");
    }

    /// <summary>No answer is not a yes.</summary>
    [Theory]
    [InlineData(400, "ThrottlingException", true)]
    [InlineData(500, "KMSInternalException", true)]
    [InlineData(500, "KeyUnavailableException", true)]
    [InlineData(400, "AccessDeniedException", false)]
    [InlineData(400, "DisabledException", false)]
    [InlineData(400, "KMSInvalidStateException", false)]
    public async Task Without_an_answer_nothing_is_believed(int status, string code, bool isTransient)
    {
        var sealer = Sealer(new Playback(_ => Playback.Answer(status, $$"""{"__type":"{{code}}"}""")));
        var fault = await Assert.ThrowsAsync<CloudCallException>(() => sealer.VerifyAsync(Content, "kms:" + Convert.ToBase64String(new byte[32]), CancellationToken.None));
        Assert.Equal(isTransient, fault.IsTransient);
        await Assert.ThrowsAsync<CloudCallException>(() => sealer.SealAsync(Content, CancellationToken.None));
    }

    /// <summary>"Not found" would mean to the caller that the resource is gone, and the finding with it.</summary>
    [Fact]
    public async Task A_key_that_is_gone_does_not_look_like_a_resource_that_is_gone()
    {
        var sealer = Sealer(new Playback(_ => Playback.Answer(400, """{"__type":"NotFoundException"}""")));
        Assert.False((await Assert.ThrowsAsync<CloudCallException>(() => sealer.SealAsync(Content, CancellationToken.None))).IsNotFound);
    }

    [Theory]
    [InlineData("alias/guard-seal")]
    [InlineData("arn:aws:kms:eu-west-1:111122223333:alias/guard-seal")]
    [InlineData("arn:aws:kms::111122223333:key/1234abcd")]
    [InlineData("arn:aws:kms:eu-west-1:111122223333:key/")]
    [InlineData("arn:aws:s3:eu-west-1:111122223333:key/1234abcd")]
    [InlineData("1234abcd-12ab-34cd-56ef-1234567890ab")]
    public void Only_the_arn_of_a_key_names_a_key(string text) => Assert.Null(KmsKeyArn.Find(text));

    private static KmsSealer Sealer(Playback network) =>
        new(network.Api(new HurriedTime(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero))), KmsKeyArn.Find(Key)!);

    private static HttpResponseMessage Kms(Sent sent)
    {
        var body = JsonNode.Parse(sent.Body)!;
        Assert.Equal(Key, body["KeyId"]!.GetValue<string>());
        Assert.Equal("HMAC_SHA_256", body["MacAlgorithm"]!.GetValue<string>());
        var mac = HMACSHA256.HashData(Secret, Convert.FromBase64String(body["Message"]!.GetValue<string>()));
        return sent.Operation switch
        {
            "GenerateMac" => Playback.Answer(200, new JsonObject { ["Mac"] = Convert.ToBase64String(mac), ["KeyId"] = Key, ["MacAlgorithm"] = "HMAC_SHA_256" }.ToJsonString()),
            "VerifyMac" when Convert.ToBase64String(mac) == body["Mac"]!.GetValue<string>() => Playback.Answer(200, """{"MacValid":true}"""),
            "VerifyMac" => Playback.Answer(400, """{"__type":"KMSInvalidMacException"}"""),
            _ => throw new InvalidOperationException(sent.Operation),
        };
    }
}
