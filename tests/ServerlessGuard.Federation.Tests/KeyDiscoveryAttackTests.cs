using Microsoft.IdentityModel.Tokens;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Chat.SignIn;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Federation.Tests;

/// <summary>Strangers who want our keys' issuer asked for them, or our callers to wait.</summary>
public sealed class KeyDiscoveryAttackTests : IDisposable
{
    private const int Strangers = 1_000;

    private readonly LocalIssuer _issuer = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly RsaSecurityKey _foreign = LocalIssuer.New();
    private readonly PublishedKeys _keys;
    private readonly TokenGate _gate;

    public KeyDiscoveryAttackTests()
    {
        _keys = new PublishedKeys(new HttpMessageInvoker(_issuer), new Uri("https://login.example.test/keys"), _time);
        _gate = new TokenGate(new TokenGateSettings(LocalIssuer.Issuer, LocalIssuer.Audience, LocalIssuer.Client), _keys, _time);
    }

    public void Dispose()
    {
        _keys.Dispose();
        _issuer.Dispose();
    }

    [Fact]
    public async Task A_thousand_strangers_at_once_are_one_fetch_a_minute()
    {
        Assert.Null(await Try(_issuer.Token(_time.Now)));
        for (var minute = 1; minute <= 3; minute++)
        {
            _time.Now += TimeSpan.FromMinutes(1);
            var answers = await Task.WhenAll(Enumerable.Range(0, Strangers).Select(_ => Task.Run(Stranger)));
            Assert.All(answers, answer => Assert.Equal("signed by a key that the issuer does not publish", answer));
            Assert.Equal(1 + minute, _issuer.Fetches);
        }
    }

    [Fact]
    public async Task Strangers_of_an_issuer_that_is_down_ask_it_once_a_minute()
    {
        _issuer.Down = true;
        for (var minute = 1; minute <= 3; minute++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, Strangers).Select(_ => Task.Run(() => Assert.ThrowsAsync<PeerUnavailableException>(Stranger))));
            Assert.All(answers, answer => Assert.Equal("login.example.test: no signing keys: connection refused", answer.Message));
            Assert.Equal(minute, _issuer.Fetches);
            _time.Now += TimeSpan.FromMinutes(1);
        }
    }

    [Fact]
    public async Task A_known_key_waits_for_no_stranger()
    {
        Assert.Null(await Try(_issuer.Token(_time.Now)));
        _time.Now += TimeSpan.FromMinutes(1);
        var answer = new TaskCompletionSource();
        _issuer.Slow = answer.Task;
        var strangers = Enumerable.Range(0, Strangers).Select(_ => Stranger()).ToList();

        // The issuer has not answered, and will not before the known caller was let in: waiting for it would never end.
        Assert.Null(await Try(_issuer.Token(_time.Now)));
        Assert.All(strangers, stranger => Assert.False(stranger.IsCompleted));
        answer.SetResult();
        Assert.All(await Task.WhenAll(strangers), stranger => Assert.Equal("signed by a key that the issuer does not publish", stranger));
        Assert.Equal(2, _issuer.Fetches);
    }

    [Fact]
    public async Task A_stranger_who_hangs_up_does_not_end_the_fetch_of_the_others()
    {
        var answer = new TaskCompletionSource();
        _issuer.Slow = answer.Task;
        using var gone = new CancellationTokenSource();
        var first = _gate.RefusesAsync("Bearer " + _issuer.Token(_time.Now), gone.Token);
        var second = Try(_issuer.Token(_time.Now));
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        answer.SetResult();
        Assert.Null(await second);
        Assert.Equal(1, _issuer.Fetches);
    }

    /// <summary>Claims that can be seen to be wrong are refused without the issuer.</summary>
    [Fact]
    public async Task A_stranger_with_another_issuer_audience_client_or_time_makes_nobody_fetch()
    {
        Assert.Equal("another issuer", await Try(_issuer.Token(_time.Now, issuer: "https://evil.example.test/", key: _foreign)));
        Assert.Equal("another audience", await Try(_issuer.Token(_time.Now, audience: "api://another", key: _foreign)));
        Assert.Equal("another client", await Try(_issuer.Token(_time.Now, client: "00000000-0000-4000-8000-000000000000", key: _foreign)));
        Assert.Equal("expired, or not valid yet", await Try(_issuer.Token(_time.Now, minutes: -5, key: _foreign)));
        Assert.Equal("expired, or not valid yet", await Try(_issuer.Token(_time.Now.AddMinutes(20), key: _foreign)));
        Assert.Equal("expired, or not valid yet", await Try(_issuer.Token(_time.Now, expires: false, key: _foreign)));
        Assert.Equal(0, _issuer.Fetches);
    }

    /// <summary>A key that the issuer may have withdrawn lets nobody in for more than a day.</summary>
    [Fact]
    public async Task A_withdrawn_key_is_not_good_for_ever()
    {
        var withdrawn = _issuer.Key;
        Assert.Null(await Try(_issuer.Token(_time.Now)));
        _issuer.Withdraw();
        _time.Now += TimeSpan.FromHours(25);
        Assert.Equal("signed by a key that the issuer does not publish", await Try(_issuer.Token(_time.Now, key: withdrawn)));
    }

    private Task<string?> Try(string token) => _gate.RefusesAsync("Bearer " + token, CancellationToken.None);

    private Task<string?> Stranger() => Try(_issuer.Token(_time.Now, key: _foreign));
}
