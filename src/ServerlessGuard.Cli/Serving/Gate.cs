using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Page;

namespace ServerlessGuard.Cli.Serving;

/// <summary>Who may ask what of the page on this machine. Pure.</summary>
/// <param name="key">Of this run; whoever has the printed address has it.</param>
internal sealed class Gate(int port, string key)
{
    public const string KeyHeader = "X-Guard-Key";

    private readonly string[] _hosts = [$"127.0.0.1:{port}", $"localhost:{port}"];
    private readonly byte[] _key = Encoding.UTF8.GetBytes(key);

    /// <summary>Null: it may. Else the status and one sentence.</summary>
    /// <param name="method">Upper case.</param>
    /// <param name="host">The Host header: another name that leads here is somebody's rebinding.</param>
    /// <param name="origin">The Origin header, which no script of another page can forge; empty: none.</param>
    public (int Status, string? Refusal) Judge(string method, string path, string? host, string? origin, string? offered)
    {
        if (!_hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
        {
            return (421, "unknown host name: open the address that guard serve printed");
        }

        var reads = method is "GET" or "HEAD";
        if (string.IsNullOrEmpty(origin) ? !reads : !_hosts.Any(own => origin.Equals("http://" + own, StringComparison.OrdinalIgnoreCase)))
        {
            return (403, "this request comes from another page");
        }

        // The files of the page tell nothing; everything else does.
        return reads && !path.StartsWith("/api/", StringComparison.Ordinal)
            || CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(offered ?? string.Empty), _key)
            ? (200, null)
            : (401, "open the address that guard serve printed: it holds the key of this run");
    }

    public static PageResponse Refusal(int status, string sentence) => new(
        status, "application/json; charset=utf-8", PageSecurity.Headers,
        Encoding.UTF8.GetBytes($"{{\"error\":\"{System.Text.Json.JsonEncodedText.Encode(sentence)}\"}}"));
}
