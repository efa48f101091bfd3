using System.Net;
using System.Text;
using Amazon.Runtime;

namespace ServerlessGuard.Aws.Tests.Stores;

/// <summary>Stands between the DynamoDB client and the server: a test says what happens to each call.</summary>
/// <param name="faults">One for each call, in order; null, and every call after the last, goes through.</param>
internal sealed class FaultyHttp(params Fault?[] faults) : HttpClientFactory
{
    private int _calls;

    public List<string> Operations { get; } = [];

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(this)) { Timeout = TimeSpan.FromMinutes(1) };

    private sealed class Handler(FaultyHttp owner) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var call = Interlocked.Increment(ref owner._calls) - 1;
            var operation = request.Headers.GetValues("X-Amz-Target").Single().Split('.')[1];
            lock (owner.Operations)
            {
                owner.Operations.Add(operation);
            }

            var fault = owner.FaultAt(call);
            if (fault is null)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            if (fault.AfterTheFact)
            {
                using var lost = await base.SendAsync(request, cancellationToken);
            }

            if (fault.Hangs)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            // What HttpClient throws when its time is over, without the wait.
            return fault.Status is not { } status ? throw new TaskCanceledException("no answer in time", new TimeoutException()) : new HttpResponseMessage(status) { Content = new StringContent(fault.Body, Encoding.UTF8, "application/x-amz-json-1.0") };
        }
    }

    private Fault? FaultAt(int call) => call < faults.Length ? faults[call] : null;
}

/// <param name="Status">Null: no answer at all.</param>
/// <param name="Body">The error.</param>
/// <param name="AfterTheFact">The server did what it was asked; only its answer is lost.</param>
/// <param name="Hangs">Until the caller gives up.</param>
internal sealed record Fault(HttpStatusCode? Status, string Body = "{}", bool AfterTheFact = false, bool Hangs = false)
{
    private const string Type = "com.amazonaws.dynamodb.v20120810#";

    public static Fault Throttled { get; } = Of(400, "ProvisionedThroughputExceededException");

    public static Fault Throttling { get; } = new(HttpStatusCode.BadRequest, "{\"__type\":\"com.amazon.coral.availability#ThrottlingException\",\"message\":\"Rate exceeded\"}");

    public static Fault Internal { get; } = Of(500, "InternalServerError");

    public static Fault Unavailable { get; } = new(HttpStatusCode.ServiceUnavailable, "<html>busy</html>");

    public static Fault Silence { get; } = new((HttpStatusCode?)null);

    public static Fault Hanging { get; } = Silence with { Hangs = true };

    public static Fault Denied { get; } = Of(400, "AccessDeniedException");

    public static Fault LostAnswer { get; } = Internal with { AfterTheFact = true };

    public static Fault LostInSilence { get; } = Silence with { AfterTheFact = true };

    public static Fault Cancelled(params string[] codes) => new(
        HttpStatusCode.BadRequest,
        $"{{\"__type\":\"{Type}TransactionCanceledException\",\"Message\":\"cancelled\",\"CancellationReasons\":[{string.Join(',', codes.Select(code => $"{{\"Code\":\"{code}\"}}"))}]}}");

    private static Fault Of(int status, string type) => new((HttpStatusCode)status, $"{{\"__type\":\"{Type}{type}\",\"message\":\"on purpose\"}}");
}
