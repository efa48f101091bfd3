using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Identity;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Azure.Seals;

/// <summary>One POST to Key Vault, bounded in time and size, retried where it may be another one later.</summary>
/// <param name="http">Must not follow redirects: a token is meant for one address.</param>
public sealed class VaultHttp(HttpMessageInvoker http, TokenCredential identity, Backoff backoff, TimeProvider time)
{
    private const int Attempts = 4;
    private const int MaxAnswer = 100_000;

    private static readonly TimeSpan OneCall = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Every status that says something about the request is the caller's to read; 429, 5xx, a timeout and a broken connection become a
    /// transient fault.
    /// </summary>
    public async Task<(int Status, JsonObject? Answer)> PostAsync(Uri address, string audience, JsonObject body,
        CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (status, answer, fault) = await TryAsync(address, audience, body, cancellation);
            if (fault is null && status is not (408 or 429 or >= 500))
            {
                return (status, answer);
            }

            if (attempt == Attempts)
            {
                throw new CloudCallException(
                    fault is null ? status.ToString(CultureInfo.InvariantCulture) : "NoAnswer",
                    $"{address.Host}: {(fault is null ? status : fault.GetType().Name)}", isTransient: true, fault);
            }

            await backoff.WaitAsync(attempt, time, cancellation);
        }
    }

    /// <summary>
    /// What the vault said, by its own code. A missing role or a disabled key is no fault of the resource, so it is never "not found".
    /// </summary>
    public static CloudCallException Refused(string operation, int status, JsonObject? answer)
    {
        var code = (answer?["error"] as JsonObject)?["code"] is JsonValue value && value.TryGetValue<string>(out var text)
            && text.Length is > 0 and <= 100 && text.All(char.IsAsciiLetterOrDigit)
            ? text
            : status.ToString(CultureInfo.InvariantCulture);
        return new CloudCallException(code, string.Create(CultureInfo.InvariantCulture, $"key vault {operation}: {status} {code}"),
            isTransient: false);
    }

    private async Task<(int Status, JsonObject? Answer, Exception? Fault)> TryAsync(Uri address, string audience, JsonObject body,
        CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(OneCall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            var token = await identity.GetTokenAsync(new TokenRequestContext([audience + "/.default"]), either.Token);
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address.AbsoluteUri + "?api-version=7.4"))
            {
                Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
            using var response = await http.SendAsync(request, either.Token);
            return ((int)response.StatusCode, await ReadAsync(response.Content, either.Token), null);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or JsonException or AuthenticationFailedException
            || fault is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return (0, null, fault);
        }
    }

    private static async Task<JsonObject?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        var body = await BoundedBody.ReadAsync(content, MaxAnswer, cancellation);
        return body.IsEmpty ? null : JsonNode.Parse(body.Span) as JsonObject;
    }
}
