using ServerlessGuard.Aws.Api;
using ServerlessGuard.Chat.Secrets;
using ServerlessGuard.Simulators.Chat;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Chat.Tests;

public class SecretTests
{
    private static readonly CancellationToken Cancel = CancellationToken.None;

    private readonly ManualTime _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Store _store = new();

    [Fact]
    public async Task A_secret_is_kept_five_minutes_and_an_hour_where_its_store_is_away()
    {
        using var secrets = new CachedSecrets(_store, _clock);
        _store.Secrets["a"] = "one";
        Assert.Equal("one", (await secrets.GetAsync("a", fresh: false, Cancel)).Current);
        _clock.Advance(TimeSpan.FromMinutes(4));
        await secrets.GetAsync("a", fresh: false, Cancel);
        Assert.Equal(1, _store.Reads);
        _store.IsDown = true;
        _clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal("one", (await secrets.GetAsync("a", fresh: false, Cancel)).Current);
        _clock.Advance(TimeSpan.FromMinutes(7));
        await Assert.ThrowsAsync<SecretException>(async () => await secrets.GetAsync("a", fresh: false, Cancel));
    }

    [Fact]
    public async Task During_a_rotation_both_values_verify_and_afterwards_the_new_one_only()
    {
        using var secrets = new CachedSecrets(_store, _clock);
        var keys = new SecretKeys(secrets, "a");
        _store.Secrets["a"] = "one";
        Assert.Equal(["one"], await keys.KeysAsync(fresh: false, Cancel));
        _store.Secrets["a"] = "two";
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(["two", "one"], await keys.KeysAsync(fresh: true, Cancel));
        _clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(["two"], await keys.KeysAsync(fresh: false, Cancel));
    }

    [Fact]
    public async Task Requests_with_wrong_signatures_do_not_become_calls_of_the_store()
    {
        using var secrets = new CachedSecrets(_store, _clock);
        _store.Secrets["a"] = "one";
        for (var i = 0; i < 50; i++)
        {
            await secrets.GetAsync("a", fresh: true, Cancel);
        }

        Assert.Equal(1, _store.Reads);
    }

    [Fact]
    public async Task Without_a_key_nothing_verifies()
    {
        using var secrets = new CachedSecrets(_store, _clock);
        _store.IsDown = true;
        Assert.Empty(await new SecretKeys(secrets, "a").KeysAsync(fresh: false, Cancel));
    }

    [Fact]
    public async Task A_vault_gives_its_secrets()
    {
        await using var vault = new SimulatedVault();
        await vault.StartAsync(Cancel);
        vault.Secrets["token"] = "xoxb";
        using var http = AwsHttp.Create();
        var audiences = new List<string>();
        var store = new KeyVaultSecrets(http, (audience, _) => { audiences.Add(audience); return ValueTask.FromResult("bearer"); }, vault.Address, _clock);
        Assert.Equal("xoxb", await store.ReadAsync(vault.Reference("token").AbsoluteUri, Cancel));
        Assert.Equal(["https://vault.azure.net"], audiences);
        Assert.Equal("127.0.0.1: 404", (await Assert.ThrowsAsync<SecretException>(() => store.ReadAsync(vault.Reference("none").AbsoluteUri, Cancel))).Message);
        vault.IsDown = true;
        Assert.Equal("127.0.0.1: 503", (await Assert.ThrowsAsync<SecretException>(() => store.ReadAsync(vault.Reference("token").AbsoluteUri, Cancel))).Message);
    }

    [Theory]
    [InlineData("https://acme.vault.azure.net/secrets/slack", true)]
    [InlineData("https://acme.vault.azure.net/secrets/slack/0123456789abcdef0123456789abcdef", true)]
    [InlineData("https://acme.vault.usgovcloudapi.net/secrets/slack", true)]
    [InlineData("https://acme.vault.azure.cn/secrets/slack", true)]
    [InlineData("http://acme.vault.azure.net/secrets/slack", false)]
    [InlineData("https://acme.vault.azure.net.example.test/secrets/slack", false)]
    [InlineData("https://vault.azure.net/secrets/slack", false)]
    [InlineData("https://a.b.vault.azure.net/secrets/slack", false)]
    [InlineData("https://acme.vault.azure.net:444/secrets/slack", false)]
    [InlineData("https://x@acme.vault.azure.net/secrets/slack", false)]
    [InlineData("https://acme.vault.azure.net/keys/slack", false)]
    [InlineData("https://acme.vault.azure.net/secrets/slack?x=y", false)]
    [InlineData("http://127.0.0.1:9/secrets/slack", false)]
    [InlineData("xoxb-1-2-3", false)]
    public void A_reference_names_a_secret_of_a_vault(string reference, bool isOne) => Assert.Equal(isOne, KeyVaultSecrets.Takes(reference));

    [Theory]
    [InlineData("arn:aws:secretsmanager:eu-central-1:111122223333:secret:guard/slack-AbCdEf", true)]
    [InlineData("arn:aws-us-gov:secretsmanager:us-gov-west-1:111122223333:secret:guard#token", true)]
    [InlineData("arn:aws:ssm:eu-central-1:111122223333:parameter/x", false)]
    [InlineData("arn:aws:secretsmanager:eu-central-1:1:secret:x", false)]
    public void A_reference_names_a_secret_of_Secrets_Manager(string reference, bool isOne) => Assert.Equal(isOne, SecretsManagerSecrets.Takes(reference));

    [Theory]
    [InlineData("""{"SecretString":"plain"}""", "", "plain")]
    [InlineData("""{"SecretString":"{\"token\":\"inner\"}"}""", "#token", "inner")]
    [InlineData("""{"SecretString":"{\"token\":\"inner\"}"}""", "#other", "!Secrets Manager: the secret has no text \"other\"")]
    [InlineData("""{"SecretString":"not json"}""", "#token", "!Secrets Manager: the secret is not a JSON object, but its reference names a member")]
    [InlineData("""{"SecretBinary":"AAAA"}""", "", "!Secrets Manager: the secret has no text")]
    public async Task Secrets_Manager_gives_its_secrets(string answer, string member, string expected)
    {
        var aws = new Aws(answer);
        const string Arn = "arn:aws:secretsmanager:eu-west-3:111122223333:secret:guard-AbCdEf";
        if (expected[0] is '!')
        {
            Assert.Equal(expected[1..], (await Assert.ThrowsAsync<SecretException>(() => new SecretsManagerSecrets(aws).ReadAsync(Arn + member, Cancel))).Message);
        }
        else
        {
            Assert.Equal(expected, await new SecretsManagerSecrets(aws).ReadAsync(Arn + member, Cancel));
        }

        Assert.Equal(("eu-west-3", "GetSecretValue", $$"""{"SecretId":"{{Arn}}"}"""), (aws.Asked!.Region.Name, aws.Asked.Operation, System.Text.Encoding.UTF8.GetString(aws.Asked.Body.Span)));
    }

    private sealed class Aws(string answer) : IAwsApi
    {
        public AwsRequest? Asked { get; private set; }

        public Task<AwsAnswer> SendAsync(AwsRequest request, CancellationToken cancellation)
        {
            Asked = request;
            return Task.FromResult(new AwsAnswer(200, new Dictionary<string, string>(), System.Text.Encoding.UTF8.GetBytes(answer)));
        }
    }
}
