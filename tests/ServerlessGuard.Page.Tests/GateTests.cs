using ServerlessGuard.Cli.Serving;

namespace ServerlessGuard.Page.Tests;

/// <summary>Who may ask: by host name, origin and key.</summary>
public sealed class GateTests
{
    private const string Key = "0123456789abcdef0123456789abcdef";
    private const string Own = "http://127.0.0.1:4100";

    [Theory]
    [InlineData("the page itself needs no key", "GET", "/", "127.0.0.1:4100", null, null, 200)]
    [InlineData("by the other name of this machine", "GET", "/app.js", "localhost:4100", null, null, 200)]
    [InlineData("findings with the key", "GET", "/api/findings", "127.0.0.1:4100", null, Key, 200)]
    [InlineData("findings without it", "GET", "/api/findings", "127.0.0.1:4100", null, null, 401)]
    [InlineData("findings with another", "GET", "/api/findings", "127.0.0.1:4100", null, "0123456789abcdef0123456789abcdee", 401)]
    [InlineData("findings with the beginning of it", "GET", "/api/findings", "127.0.0.1:4100", null, "0123", 401)]
    [InlineData("a rebound name", "GET", "/", "evil.example:4100", null, Key, 421)]
    [InlineData("a rebound name that begins like ours", "GET", "/", "127.0.0.1.evil.example:4100", null, Key, 421)]
    [InlineData("another port's name", "GET", "/", "127.0.0.1:4101", null, Key, 421)]
    [InlineData("no host name", "GET", "/", null, null, Key, 421)]
    [InlineData("a decision from our page", "POST", "/api/commands", "127.0.0.1:4100", Own, Key, 200)]
    [InlineData("a decision without the key", "POST", "/api/commands", "127.0.0.1:4100", Own, null, 401)]
    [InlineData("a decision from another page", "POST", "/api/commands", "127.0.0.1:4100", "https://evil.example", Key, 403)]
    [InlineData("a decision from an opaque page", "POST", "/api/commands", "127.0.0.1:4100", "null", Key, 403)]
    [InlineData("a decision that says not from where", "POST", "/api/commands", "127.0.0.1:4100", null, Key, 403)]
    [InlineData("reading from another page", "GET", "/api/findings", "127.0.0.1:4100", "https://evil.example", Key, 403)]
    [InlineData("a write to the page itself", "POST", "/", "127.0.0.1:4100", Own, null, 401)]
    public void Answers(string scenario, string method, string path, string? host, string? origin, string? key, int status)
    {
        var (answered, refusal) = new Gate(4100, Key).Judge(method, path, host, origin, key);
        Assert.True(status == answered, $"{scenario}: {answered} {refusal}");
        Assert.Equal(status == 200, refusal is null);
    }
}
