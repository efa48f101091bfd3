using System.Net;
using System.Text;
using ServerlessGuard.Aws.Api;

namespace ServerlessGuard.Aws.Tests.Api;

/// <summary>A simulated network: answers by a function and keeps what was sent. It stands for AWS; it is none.</summary>
internal sealed class Playback(Func<Sent, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly List<Sent> _sent = [];

    public IReadOnlyList<Sent> Sent => _sent;

    public static HttpResponseMessage Answer(int status, string body = "", params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    public AwsApi Api(TimeProvider? time = null, AwsApiSettings? settings = null, double jitter = 0) => new(
        new HttpMessageInvoker(this),
        new EnvironmentCredentials(name => name switch { "AWS_ACCESS_KEY_ID" => "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY" => "secret", "AWS_SESSION_TOKEN" => "the-token", _ => null }),
        new AwsEndpoints("eu-central-1", _ => null),
        time ?? TimeProvider.System,
        () => jitter,
        settings);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? string.Empty : await request.Content.ReadAsStringAsync(cancellationToken);
        var headers = request.Headers.Concat(request.Content?.Headers.AsEnumerable() ?? [])
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);
        var sent = new Sent(request.Method.Method, request.RequestUri!, headers, body);
        _sent.Add(sent);
        return answer(sent);
    }
}

internal sealed record Sent(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The operation, of a JSON or Query call.</summary>
    public string Operation => Headers.TryGetValue("X-Amz-Target", out var target) ? target[(target.LastIndexOf('.') + 1)..]
        : Field("Action") ?? Method + " " + Uri.PathAndQuery;

    /// <summary>A field of a Query call.</summary>
    public string? Field(string name) => Body.Split('&').Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2 && Uri.UnescapeDataString(pair[0]) == name)
        .Select(pair => Uri.UnescapeDataString(pair[1])).FirstOrDefault();
}

/// <summary>Every wait is over at once and is noted; the clock moves by it.</summary>
internal sealed class HurriedTime(DateTimeOffset now) : TimeProvider
{
    private readonly Lock _lock = new();

    public DateTimeOffset Now { get; set; } = now;

    /// <summary>Waits shorter than the limit of an attempt, which is no wait.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public TimeSpan Limit { get; init; } = AwsApiSettings.Default.AttemptTimeout;

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime == Limit || dueTime == Timeout.InfiniteTimeSpan)
        {
            return new Still();
        }

        lock (_lock)
        {
            Waits.Add(dueTime);
            Now += dueTime;
        }

        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private sealed class Still : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
