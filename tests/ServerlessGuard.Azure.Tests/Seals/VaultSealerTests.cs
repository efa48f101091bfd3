using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Seals;
using ServerlessGuard.Azure.Tests.Arm;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Tests.Seals;

public sealed class VaultSealerTests
{
    private const string Key = "https://guardseal.vault.azure.net/keys/guard-seal";

    private static readonly byte[] Content = Encoding.UTF8.GetBytes("what is sealed");

    [Fact]
    public async Task A_seal_of_our_key_is_believed()
    {
        var vault = new Vault(Key);
        var seal = await vault.Sealer(Key).SealAsync(Content, CancellationToken.None);
        Assert.True(await vault.Sealer(Key).VerifyAsync(Content, seal, CancellationToken.None));
        Assert.DoesNotContain(seal, char.IsWhiteSpace);
        Assert.InRange(seal.Length, 1, 1000);
        Assert.All(vault.Scopes, scope => Assert.Equal("https://vault.azure.net/.default", scope));
        Assert.Equal([$"{Key}/sign?api-version=7.4", $"{Key}/{vault.Newest}/verify?api-version=7.4"], vault.Asked);
    }

    [Fact]
    public async Task Altered_content_or_signature_is_refused()
    {
        var vault = new Vault(Key);
        var sealer = vault.Sealer(Key);
        var seal = await sealer.SealAsync(Content, CancellationToken.None);
        Assert.False(await sealer.VerifyAsync(Encoding.UTF8.GetBytes("What is sealed"), seal, CancellationToken.None));
        Assert.False(await sealer.VerifyAsync(Content, seal[..^86] + Base64Url.EncodeToString(new byte[64]), CancellationToken.None));
    }

    /// <summary>Whoever has a vault of their own can sign anything with it.</summary>
    [Theory]
    [InlineData("https://mallory.vault.azure.net/keys/guard-seal")]
    [InlineData("https://guardseal.vault.azure.net/keys/guard-seal2")]
    [InlineData("https://guardseal.vault.azure.net.mallory.example/keys/guard-seal")]
    [InlineData("https://guardseal.vault.azure.net/keys/guard-seal/../mallory")]
    [InlineData("http://guardseal.vault.azure.net/keys/guard-seal")]
    public async Task A_seal_of_another_vault_or_key_is_refused_without_a_call(string key)
    {
        var vault = new Vault(Key);
        var seal = $"{key}/{vault.Newest}#{vault.Sign(Content)}";
        Assert.False(await vault.Sealer(Key).VerifyAsync(Content, seal, CancellationToken.None));
        Assert.Empty(vault.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("#")]
    [InlineData(Key)]
    [InlineData(Key + "/sign#AAAA")]
    [InlineData(Key + "/0123456789abcdef0123456789abcdef#")]
    [InlineData(Key + "/0123456789abcdef0123456789abcdef#AAAA")]
    [InlineData(Key + "/0123456789abcdef0123456789abcdef/x#AAAA")]
    [InlineData("kms:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public async Task A_seal_that_is_none_is_refused_without_a_call(string seal)
    {
        var vault = new Vault(Key);
        Assert.False(await vault.Sealer(Key).VerifyAsync(Content, seal, CancellationToken.None));
        Assert.Empty(vault.Asked);
    }

    [Fact]
    public async Task A_seal_of_a_version_that_never_was_is_refused()
    {
        var vault = new Vault(Key);
        Assert.False(await vault.Sealer(Key).VerifyAsync(Content, $"{Key}/{new string('f', 32)}#{vault.Sign(Content)}", CancellationToken.None));
    }

    [Fact]
    public async Task After_a_rotation_old_seals_hold_and_the_new_version_signs()
    {
        var vault = new Vault(Key);
        var old = await vault.Sealer(Key).SealAsync(Content, CancellationToken.None);
        var before = vault.Newest;
        vault.Rotate();
        Assert.True(await vault.Sealer(Key).VerifyAsync(Content, old, CancellationToken.None));
        Assert.Contains(vault.Newest, await vault.Sealer(Key).SealAsync(Content, CancellationToken.None), StringComparison.Ordinal);
        Assert.Contains(before, await vault.Sealer($"{Key}/{before}").SealAsync(Content, CancellationToken.None), StringComparison.Ordinal);
        Assert.False(await vault.Sealer($"{Key}/{vault.Newest}").VerifyAsync(Content, old, CancellationToken.None));
    }

    /// <summary>No answer is not a yes.</summary>
    [Theory]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(401, false)]
    [InlineData(403, false)]
    public async Task Without_an_answer_nothing_is_believed(int status, bool isTransient)
    {
        var vault = new Vault(Key);
        var sealer = vault.Sealer(Key);
        var seal = await sealer.SealAsync(Content, CancellationToken.None);
        vault.Answers = status;
        var fault = await Assert.ThrowsAsync<CloudCallException>(() => sealer.VerifyAsync(Content, seal, CancellationToken.None));
        Assert.Equal((isTransient, false), (fault.IsTransient, fault.IsNotFound));
        Assert.Equal(isTransient, (await Assert.ThrowsAsync<CloudCallException>(() => sealer.SealAsync(Content, CancellationToken.None))).IsTransient);
    }

    [Fact]
    public async Task A_vault_that_answers_later_is_asked_again()
    {
        var vault = new Vault(Key) { Answers = 503, AnswersFor = 2 };
        Assert.NotEmpty(await vault.Sealer(Key).SealAsync(Content, CancellationToken.None));
        Assert.Equal(3, vault.Asked.Count);
    }

    [Theory]
    [InlineData("http://guardseal.vault.azure.net/keys/guard-seal")]
    [InlineData("https://guardseal.vault.azure.net/secrets/guard-seal")]
    [InlineData("https://guardseal.vault.azure.net/keys/guard-seal/1")]
    [InlineData("https://guardseal.vault.azure.net/keys/guard-seal?x=1")]
    [InlineData("https://guardseal.vault.azure.net:8443/keys/guard-seal")]
    [InlineData("https://a.b.vault.azure.net/keys/guard-seal")]
    [InlineData("https://vault.azure.net/keys/guard-seal")]
    [InlineData("https://user@guardseal.vault.azure.net/keys/guard-seal")]
    [InlineData("https://mallory.example/keys/guard-seal")]
    [InlineData("guard-seal")]
    public void Only_the_id_of_a_key_names_a_key(string text) => Assert.Null(VaultKeyId.Find(text));

    [Fact]
    public void A_sovereign_clouds_vault_gets_a_token_of_that_cloud() =>
        Assert.Equal("https://vault.azure.cn", VaultKeyId.Find("https://guardseal.vault.azure.cn/keys/guard-seal")!.Audience);

    /// <summary>Key Vault's side of sign and verify, with real keys.</summary>
    private sealed class Vault(string key) : HttpMessageHandler
    {
        private readonly Dictionary<string, ECDsa> _versions = new(StringComparer.Ordinal) { [new string('1', 32)] = ECDsa.Create(ECCurve.NamedCurves.nistP256) };
        private readonly LocalCredential _identity = new();

        public string Newest { get; private set; } = new('1', 32);
        public List<string> Asked { get; } = [];
        public List<string> Scopes => _identity.Scopes;

        /// <summary>Instead of an answer; 0: answers.</summary>
        public int Answers { get; set; }

        public int AnswersFor { get; set; } = int.MaxValue;

        public VaultSealer Sealer(string id) => new(new VaultHttp(new HttpMessageInvoker(this, disposeHandler: false), _identity, new Backoff(() => 0), TimeProvider.System), VaultKeyId.Find(id)!);

        public void Rotate() => _versions[Newest = new string('2', 32)] = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public string Sign(byte[] content) => Base64Url.EncodeToString(_versions[Newest].SignData(content, HashAlgorithmName.SHA256));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.AbsoluteUri);
            if (Answers is not 0 && AnswersFor-- > 0)
            {
                return new HttpResponseMessage((HttpStatusCode)Answers) { Content = new StringContent("""{"error":{"code":"Forbidden","message":"x"}}""") };
            }

            Assert.StartsWith("token-", request.Headers.Authorization!.Parameter, StringComparison.Ordinal);
            Assert.StartsWith(key, request.RequestUri.AbsoluteUri, StringComparison.Ordinal);
            var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            Assert.Equal("ES256", body["alg"]!.GetValue<string>());
            var parts = request.RequestUri.AbsoluteUri[key.Length..request.RequestUri.AbsoluteUri.IndexOf('?', StringComparison.Ordinal)].Trim('/').Split('/');
            var version = parts.Length == 2 ? parts[0] : Newest;
            if (!_versions.TryGetValue(version, out var pair))
            {
                return new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StringContent("""{"error":{"code":"KeyNotFound"}}""") };
            }

            byte[] Bytes(string name) => Base64Url.DecodeFromChars(body[name]!.GetValue<string>());
            var answer = parts[^1] is "sign"
                ? new JsonObject { ["kid"] = $"{key}/{version}", ["value"] = Base64Url.EncodeToString(pair.SignHash(Bytes("value"))) }
                : new JsonObject { ["value"] = pair.VerifyHash(Bytes("digest"), Bytes("value")) };
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer.ToJsonString()) };
        }
    }
}
