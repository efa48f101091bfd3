using System.Globalization;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Api;

/// <summary>Signs, sends and retries; the effect behind <see cref="IAwsApi"/>.</summary>
/// <param name="http">Must not follow redirects (see <see cref="AwsHttp"/>).</param>
/// <param name="endpoints">Where services are.</param>
/// <param name="jitter">Evenly spread over 0 to 1.</param>
/// <param name="settings">Limits; null: the default ones.</param>
public sealed class AwsApi(
    HttpMessageInvoker http, IAwsCredentialsSource credentials, AwsEndpoints endpoints, TimeProvider time, Func<double> jitter,
    AwsApiSettings? settings = null) : IAwsApi
{
    /// <summary>AWS accepts five minutes.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(4);

    private readonly AwsApiSettings _settings = settings ?? AwsApiSettings.Default;

    /// <summary>How far the services' clock is ahead of ours, in ticks. Learnt from a refused request.</summary>
    private long _ahead;

    public async Task<AwsAnswer> SendAsync(AwsRequest request, CancellationToken cancellation)
    {
        var address = endpoints.Of(request);
        for (var attempt = 1; ; attempt++)
        {
            var (answer, failure) = await TryAsync(request, address, cancellation);
            if (answer is { Status: >= 200 and <= 299 })
            {
                return answer;
            }

            var error = answer is null ? null : AwsError.Read(answer.Status, answer.Headers, answer.Body);
            var wait = Wait(attempt, answer);
            var again = attempt < _settings.MaxAttempts && wait <= _settings.LongestWait
                && (error is null ? request.IsIdempotent : MayRetry(request, error, answer!));
            if (!again)
            {
                throw error?.ToException(request) ?? failure!;
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    /// <summary>One attempt: an answer of any status, or what kept it from coming.</summary>
    private async Task<(AwsAnswer? Answer, CloudCallException? Failure)> TryAsync(AwsRequest request, AwsAddress address,
        CancellationToken cancellation)
    {
        var signer = await credentials.FindAsync(cancellation);
        using var message = Message(request, address, signer);
        using var limit = new CancellationTokenSource(_settings.AttemptTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var response = await http.SendAsync(message, both.Token);
            var body = await BoundedBody.ReadAsync(response.Content, _settings.LargestAnswer, both.Token);
            return (new AwsAnswer((int)response.StatusCode, HeadersOf(response), body), null);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            return (null, Broken(request, $"no answer within {_settings.AttemptTimeout.TotalSeconds:0.#} s", exception));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (null, Broken(request, exception.Message, exception));
        }
    }

    private bool MayRetry(AwsRequest request, AwsError error, AwsAnswer answer) =>
        error.IsThrottling || error.IsStaleCredential || error.IsTransient && request.IsIdempotent
            || error.IsAboutTime && CorrectsClock(answer);

    /// <summary>True when the answer's Date shows that the clocks are apart and the signature was made with another offset.</summary>
    private bool CorrectsClock(AwsAnswer answer)
    {
        if (!answer.Headers.TryGetValue("Date", out var text)
            || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var theirs))
        {
            return false;
        }

        var ahead = theirs - time.GetUtcNow();
        var known = TimeSpan.FromTicks(Interlocked.Read(ref _ahead));
        if ((ahead - known).Duration() < Tolerance)
        {
            return false;
        }

        Interlocked.Exchange(ref _ahead, ahead.Ticks);
        return true;
    }

    private TimeSpan Wait(int attempt, AwsAnswer? answer)
    {
        var ceiling = Math.Min(_settings.LongestWait.TotalMilliseconds, _settings.FirstWait.TotalMilliseconds * Math.Pow(2, attempt - 1));
        var own = TimeSpan.FromMilliseconds(jitter() * ceiling);
        return answer is not null && RetryAfter(answer) is { } asked && asked > own ? asked : own;
    }

    /// <summary>RFC 9110 section 10.2.3: seconds or a date.</summary>
    private TimeSpan? RetryAfter(AwsAnswer answer)
    {
        if (!answer.Headers.TryGetValue("Retry-After", out var text))
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at - time.GetUtcNow()
            : null;
    }

    private HttpRequestMessage Message(AwsRequest request, AwsAddress address, AwsCredentials signer)
    {
        var at = time.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _ahead));
        var message = new HttpRequestMessage(request.Method, address.Uri);
        if (!request.Body.IsEmpty
            || request.Method != HttpMethod.Get && request.Method != HttpMethod.Head && request.Method != HttpMethod.Delete)
        {
            message.Content = new ReadOnlyMemoryContent(request.Body);
        }

        foreach (var (name, value) in request.Headers.Concat(SignatureV4.Sign(request, address, signer, at)))
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                (message.Content ??= new ReadOnlyMemoryContent(request.Body)).Headers.TryAddWithoutValidation(name, value);
            }
        }

        message.Headers.TryAddWithoutValidation("User-Agent", "ServerlessGuard");
        return message;
    }

    private static Dictionary<string, string> HeadersOf(HttpResponseMessage response)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            headers[name] = values.ToString();
        }

        return headers;
    }

    private static CloudCallException Broken(AwsRequest request, string what, Exception exception) =>
        new("NoAnswer", $"{request.Service} {request.Operation}: {what}", isTransient: true, exception);
}
