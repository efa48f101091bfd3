using System.Net;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ServerlessGuard.Chat.SignIn;
using ServerlessGuard.Testing;

namespace ServerlessGuard.Federation.Tests;

/// <summary>Who somebody is, by real tokens of a local issuer; and every token that says less than that.</summary>
public sealed class SignInGateTests : HttpMessageHandler
{
    private const string Client = "11111111-0000-4000-8000-00000000c11e";
    private const string Nonce = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

    private readonly LocalIssuer _issuer = new();
    private readonly HttpMessageInvoker _keys;
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly SignInGate _gate;

    public SignInGateTests()
    {
        _keys = new HttpMessageInvoker(_issuer);
        _gate = new SignInGate(new SignInSettings(LocalIssuer.Issuer, Client, new Uri("https://guard.acme.example/link/signed-in")), new HttpMessageInvoker(this), _time);
    }

    private int Asked { get; set; }

    private string Issuer { get; set; } = LocalIssuer.Issuer;

    [Fact]
    public async Task Somebody_whom_the_issuer_signed_in_is_known_by_a_verified_address()
    {
        var address = (await _gate.AddressAsync("payload.signature", Nonce, CancellationToken.None))!;
        Assert.StartsWith("https://login.example.test/authorize?client_id=" + Client, address.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains("&response_type=id_token&response_mode=form_post&", address.AbsoluteUri, StringComparison.Ordinal);
        Assert.Contains($"&nonce={Nonce}&state=payload.signature", address.AbsoluteUri, StringComparison.Ordinal);
        var who = await WhoAsync(Token());
        Assert.Equal(("entra:kim@acme.example", null), (who.Person?.Id, who.Fault));
    }

    [Fact]
    public async Task A_token_for_another_client_with_another_nonce_of_another_issuer_expired_or_unsigned_is_nobody()
    {
        var stolen = Token().Split('.');
        var others = Token(email: "eve@acme.example").Split('.');
        var cases = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Token(audience: "22222222-0000-4000-8000-00000000c11e")] = "another audience",
            [Token(nonce: new string('0', 64))] = "another nonce",
            [Token(nonce: null)] = "another nonce",
            [Token(issuer: "https://login.example.test/other/v2.0")] = "another issuer",
            [Token(minutes: -5)] = "expired, or not valid yet",
            [Token(key: LocalIssuer.New())] = "the signature does not hold",
            [$"{Base64UrlEncoder.Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}")}.{stolen[1]}."] = "signed by another algorithm than RS256",
            [$"{Base64UrlEncoder.Encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")}.{stolen[1]}.{stolen[2]}"] = "signed by another algorithm than RS256",
            [$"{others[0]}.{stolen[1]}.{others[2]}"] = "the signature does not hold",
            ["not.a.token"] = "not a JSON Web Token",
            [new string('a', 20_000)] = "the issuer sent no token",
        };
        foreach (var (token, reason) in cases)
        {
            var who = await WhoAsync(token);
            Assert.Equal((reason, true), (who.Fault, who.Person is null));
        }

        Assert.Equal("the issuer sent no token", (await WhoAsync(null)).Fault);
    }

    [Fact]
    public async Task A_name_that_people_choose_themselves_is_none()
    {
        Assert.Equal("the issuer gave no name that it vouches for", (await WhoAsync(Token(verified: false))).Fault);
        Assert.Equal("the issuer gave no name that it vouches for", (await WhoAsync(Token(verified: null))).Fault);
    }

    [Fact]
    public async Task Strangers_tokens_make_nobody_ask_the_issuer()
    {
        for (var i = 0; i < 100; i++)
        {
            await WhoAsync(Token(audience: "another"));
            await WhoAsync(Token(nonce: "another"));
        }

        Assert.Equal(0, Asked + _issuer.Fetches);
    }

    [Fact]
    public async Task An_issuer_that_names_another_or_does_not_answer_signs_nobody_in()
    {
        Issuer = "https://login.example.test/other/v2.0";
        Assert.Null(await _gate.AddressAsync("s", Nonce, CancellationToken.None));
        Assert.Equal("the issuer does not answer", (await WhoAsync(Token())).Fault);
        Assert.Equal(1, Asked);
    }

    private Task<SignedIn> WhoAsync(string? token) => _gate.WhoAsync(token, Nonce, CancellationToken.None);

    private string Token(
        string issuer = LocalIssuer.Issuer, string audience = Client, string? nonce = Nonce, string email = "Kim@acme.example", bool? verified = true, int minutes = 10, SecurityKey? key = null)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal) { ["email"] = email, ["preferred_username"] = "eve@acme.example" };
        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        if (verified is { } flag)
        {
            claims["email_verified"] = flag;
        }

        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Claims = claims,
            NotBefore = _time.GetUtcNow().UtcDateTime.AddMinutes(Math.Min(0, minutes)).AddMinutes(-1),
            Expires = _time.GetUtcNow().UtcDateTime.AddMinutes(minutes),
            SigningCredentials = new SigningCredentials(key ?? _issuer.Key, SecurityAlgorithms.RsaSha256),
        });
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri!.AbsolutePath.EndsWith("/.well-known/openid-configuration", StringComparison.Ordinal))
        {
            Asked++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(
                    $$"""{"issuer":"{{Issuer}}","authorization_endpoint":"https://login.example.test/authorize","jwks_uri":"https://login.example.test/keys"}""", Encoding.UTF8, "application/json"),
            });
        }

        return _keys.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        _gate.Dispose();
        _keys.Dispose();
        _issuer.Dispose();
        base.Dispose(disposing);
    }
}
