using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat;

/// <summary>
/// One POST to a chat platform: bounded in time and size. Neither bodies nor addresses become part of a message: a webhook's address is a
/// secret.
/// </summary>
/// <param name="http">Must not follow redirects.</param>
/// <param name="limit">How long the platform may take; null: ten seconds.</param>
internal sealed class ChatHttp(HttpMessageInvoker http, TimeProvider time, TimeSpan? limit = null)
{
    private const int MaxAnswer = 100_000;

    /// <summary>
    /// <see cref="ChatException"/> for 429, 5xx, a timeout and a broken connection; every other status is the caller's to read.
    /// </summary>
    public async Task<(int Status, string Body)> PostAsync(Uri address, JsonObject message, string? token, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(10), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
                { Content = new StringContent(message.ToJsonString(), Encoding.UTF8, "application/json") };
            if (token is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            using var response = await http.SendAsync(request, either.Token);
            var status = (int)response.StatusCode;
            if (status is 429)
            {
                throw new ChatException(ChatFault.Throttled, "429", RetryAfter(response.Headers.RetryAfter));
            }

            return status is >= 500 or 408
                ? throw new ChatException(ChatFault.Unavailable, status.ToString(CultureInfo.InvariantCulture))
                : (status, await ReadAsync(response.Content, either.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ChatException(ChatFault.Unavailable, "no answer in time");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new ChatException(ChatFault.Unavailable,
                fault is HttpRequestException { HttpRequestError: var error } ? error.ToString() : "the connection broke", fault);
        }
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);

    private static async Task<string> ReadAsync(HttpContent content, CancellationToken cancellation) =>
        Encoding.UTF8.GetString((await BoundedBody.ReadAsync(content, MaxAnswer, cancellation)).Span);
}
