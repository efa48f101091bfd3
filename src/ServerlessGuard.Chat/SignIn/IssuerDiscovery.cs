using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;

namespace ServerlessGuard.Chat.SignIn;

/// <summary>
/// Where an issuer signs people in and publishes its keys, by <c>ISSUER/.well-known/openid-configuration</c>; asked again after a day, and
/// after a minute where it did not answer.
/// </summary>
internal sealed class IssuerDiscovery(string issuer, HttpMessageInvoker http, TimeProvider time) : IDisposable
{
    private const int MaxAnswer = 100_000;

    private static readonly TimeSpan Old = TimeSpan.FromDays(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private Found? _found;
    private DateTimeOffset? _next;

    private bool IsDue => _next is not { } next || next <= time.GetUtcNow();

    /// <summary>Null: it does not answer, or not as an issuer does.</summary>
    public async Task<Found?> FindAsync(CancellationToken cancellation)
    {
        if (!IsDue)
        {
            return _found;
        }

        await _asking.WaitAsync(cancellation);
        try
        {
            if (IsDue)
            {
                var found = await AskAsync(cancellation);
                if (found is not null && (_found is null || _found.Jwks != found.Jwks))
                {
                    _found?.Keys.Dispose();
                    _found = found with { Keys = new PublishedKeys(http, found.Jwks, time) };
                }

                _next = time.GetUtcNow() + (found is null ? Patience : Old);
            }

            return _found;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose()
    {
        _found?.Keys.Dispose();
        _asking.Dispose();
    }

    private async Task<Found?> AskAsync(CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(issuer.TrimEnd('/') + "/.well-known/openid-configuration"));
            using var response = await http.SendAsync(request, cancellation);
            response.EnsureSuccessStatusCode();
            var json = JsonNode.Parse((await BoundedBody.ReadAsync(response.Content, MaxAnswer, cancellation)).Span) as JsonObject;
            return Text(json, "issuer") == issuer && Https(Text(json, "authorization_endpoint")) is { } authorize
                && Https(Text(json, "jwks_uri")) is { } jwks ? new Found(authorize, jwks, null!) : null;
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static Uri? Https(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri is { Scheme: "http", IsLoopback: true }) ? uri : null;

    internal sealed record Found(Uri Authorize, Uri Jwks, PublishedKeys Keys);
}
