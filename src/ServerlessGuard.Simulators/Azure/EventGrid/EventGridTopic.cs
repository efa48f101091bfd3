using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Azure.EventGrid;

/// <summary>
/// One Event Grid subscription to a webhook: at least once, in no order, by the documented retry schedule
/// (https://learn.microsoft.com/azure/event-grid/delivery-and-retry), then dead-lettered.
/// </summary>
public sealed class EventGridTopic : IAsyncDisposable
{
    private static readonly TimeSpan[] Schedule =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
    ];

    private readonly Uri _endpoint;
    private readonly EventGridOptions _options;
    private readonly LabLog _log;
    private readonly TimeProvider _time;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, bool> _deliveries = new();
    private readonly ConcurrentQueue<DeadLetter> _deadLetters = new();
    private readonly Random? _random;
    private int _attempts;
    private int _dropped;

    private EventGridTopic(Uri endpoint, EventGridOptions options, LabLog log, TimeProvider time)
    {
        _endpoint = endpoint;
        _options = options;
        _log = log;
        _time = time;
        _random = options.ShuffleSeed is { } seed ? new Random(seed) : null;
    }

    public IReadOnlyCollection<DeadLetter> DeadLetters => _deadLetters;

    /// <summary>Events that were given up on without a place to keep them.</summary>
    public int Dropped => Volatile.Read(ref _dropped);

    /// <summary>Requests made, the handshake not counted.</summary>
    public int Attempts => Volatile.Read(ref _attempts);

    /// <summary>True when nothing is waiting for an answer or a retry.</summary>
    public bool IsIdle => _deliveries.IsEmpty;

    public static async Task<EventGridTopic> SubscribeAsync(Uri endpoint, EventGridOptions options, LabLog log, TimeProvider time,
        CancellationToken cancellation)
    {
        var topic = new EventGridTopic(endpoint, options, log, time);
        try
        {
            await topic.ShakeHandsAsync(cancellation);
            return topic;
        }
        catch
        {
            await topic.DisposeAsync();
            throw;
        }
    }

    /// <summary>Accepts events, in the subscription's own schema, and returns: delivery is Event Grid's affair.</summary>
    public void Publish(IReadOnlyList<JsonObject> events)
    {
        var batches = Enumerable.Range(0, _options.Copies).SelectMany(_ => events).ToArray();
        if (_random is not null)
        {
            lock (_random)
            {
                _random.Shuffle(batches);
            }
        }

        foreach (var batch in batches.Chunk(_options.MaxBatch))
        {
            var copy = batch.Select(each => (JsonObject)each.DeepClone()).ToArray();
            var delivery = Task.Run(() => DeliverAsync(copy));
            _deliveries[delivery] = true;
            _ = delivery.ContinueWith(done => _deliveries.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.None,
                TaskScheduler.Default);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_deliveries.Keys);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task DeliverAsync(JsonObject[] events)
    {
        var published = _time.GetUtcNow();
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var status = await PostAsync(events, attempt);
                if (status is >= 200 and <= 204)
                {
                    return;
                }

                // These are never tried again: the endpoint says that it will not take them, ever.
                if (status is 400 or 403 or 413)
                {
                    Bury(events, $"UndeliverableDueToHttp{status}", attempt);
                    return;
                }

                if (attempt >= _options.MaxAttempts)
                {
                    Bury(events, "MaxDeliveryAttemptsExceeded", attempt);
                    return;
                }

                var wait = Schedule[Math.Min(attempt, Schedule.Length) - 1] * _options.TimeScale;
                if (_time.GetUtcNow() + wait - published > _options.TimeToLive * _options.TimeScale)
                {
                    Bury(events, "TimeToLiveExceeded", attempt);
                    return;
                }

                _log.Write($"event grid: attempt {attempt} of {events.Length} event(s) was answered {status}: again in {wait}");
                await Task.Delay(wait, _time, _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The lab ends.
        }
    }

    /// <summary>The status; 0 when there was no answer in time.</summary>
    private async Task<int> PostAsync(JsonObject[] events, int attempt)
    {
        Interlocked.Increment(ref _attempts);
        using var deadline = new CancellationTokenSource(_options.AnswerWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint);
        var (body, type) = _options.Schema switch
        {
            EventSchema.EventGrid => (Text(events), "application/json"),
            EventSchema.CloudEvents when _options.MaxBatch == 1 => (events[0].ToJsonString(), "application/cloudevents+json"),
            EventSchema.CloudEvents => (Text(events), "application/cloudevents-batch+json"),
        };
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type) { CharSet = "utf-8" };
        request.Headers.Add("aeg-event-type", "Notification");
        request.Headers.Add("aeg-subscription-name", "SERVERLESSGUARD-LAB");
        request.Headers.Add("aeg-delivery-count", (attempt - 1).ToString());
        try
        {
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return (int)answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return 0;
        }
    }

    private void Bury(JsonObject[] events, string reason, int attempts)
    {
        _log.Write($"event grid: {events.Length} event(s) given up after {attempts} attempt(s): {reason}");
        foreach (var each in events)
        {
            if (_options.DeadLetter)
            {
                _deadLetters.Enqueue(new DeadLetter(each, reason, attempts));
            }
            else
            {
                Interlocked.Increment(ref _dropped);
            }
        }
    }

    private async Task ShakeHandsAsync(CancellationToken cancellation)
    {
        using var request =
            new HttpRequestMessage(_options.Schema is EventSchema.CloudEvents ? HttpMethod.Options : HttpMethod.Post, _endpoint);
        var code = Guid.NewGuid().ToString();
        if (_options.Schema is EventSchema.CloudEvents)
        {
            request.Headers.Add("WebHook-Request-Origin", "eventgrid.azure.net");
        }
        else
        {
            var handshake = new JsonObject
            {
                ["id"] = Guid.NewGuid().ToString(),
                ["topic"] = "",
                ["subject"] = "",
                ["eventType"] = "Microsoft.EventGrid.SubscriptionValidationEvent",
                ["eventTime"] = _time.GetUtcNow().UtcDateTime.ToString("O"),
                ["data"] = new JsonObject { ["validationCode"] = code },
                ["dataVersion"] = "2",
                ["metadataVersion"] = "1",
            };
            request.Headers.Add("aeg-event-type", "SubscriptionValidation");
            request.Content = new StringContent(Text([handshake]), Encoding.UTF8, "application/json");
        }

        using var answer = await _http.SendAsync(request, cancellation);
        var held = _options.Schema is EventSchema.CloudEvents
            ? answer.Headers.TryGetValues("WebHook-Allowed-Origin", out var origins)
                && origins.Any(origin => origin is "*" or "eventgrid.azure.net")
            : (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))?["validationResponse"] == code;
        if (!answer.IsSuccessStatusCode || !held)
        {
            throw new InvalidOperationException(
                $"Event Grid's handshake with {_endpoint.GetLeftPart(UriPartial.Path)} failed: {(int)answer.StatusCode}");
        }
    }

    private static string Text(JsonObject[] events) => new JsonArray([.. events.Select(each => each.DeepClone())]).ToJsonString();
}
