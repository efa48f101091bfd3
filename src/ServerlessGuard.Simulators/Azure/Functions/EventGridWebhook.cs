using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>
/// The host's <c>/runtime/webhooks/EventGrid?functionName=F&amp;code=KEY</c>: it answers the handshakes itself; a notification is 202, or
/// 500 if any event of the batch failed.
/// </summary>
internal sealed class EventGridWebhook(FunctionApp app, Invoker invoker, FunctionsHostOptions options)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        var cancellation = context.RequestAborted;
        if (request.Query["code"] != options.Key)
        {
            context.Response.StatusCode = 401;
            return;
        }

        var name = request.Query["functionName"].ToString();
        var function = app.Functions.FirstOrDefault(each => each.Trigger is EventGridTrigger
            && string.Equals(each.Name, name, StringComparison.OrdinalIgnoreCase));
        if (function is null)
        {
            context.Response.StatusCode = 404;
            return;
        }

        if (HttpMethods.IsOptions(request.Method))
        {
            // The handshake of CloudEvents' webhook specification.
            context.Response.Headers["WebHook-Allowed-Origin"] = request.Headers["WebHook-Request-Origin"];
            context.Response.Headers["WebHook-Allowed-Rate"] = "*";
            return;
        }

        JsonNode? body;
        try
        {
            body = await JsonNode.ParseAsync(request.Body, cancellationToken: cancellation);
        }
        catch (JsonException)
        {
            context.Response.StatusCode = 400;
            return;
        }

        var events = body is JsonArray array ? array.OfType<JsonObject>().ToList() : body is JsonObject one ? [one] : [];
        switch (request.Headers["aeg-event-type"].ToString())
        {
            case "SubscriptionValidation" when events is [var handshake]:
                context.Response.ContentType = "application/json";
                await context.Response.WriteAsync(
                    new JsonObject { ["validationResponse"] = handshake["data"]?["validationCode"]?.DeepClone() }.ToJsonString(),
                    cancellation);
                break;
            case "Notification" when events.Count > 0:
                context.Response.StatusCode = await NotifyAsync(function, (EventGridTrigger)function.Trigger, events) ? 202 : 500;
                break;
            case "Unsubscribe":
                context.Response.StatusCode = 202;
                break;
            default:
                context.Response.StatusCode = 400;
                break;
        }
    }

    /// <summary>One call per event, in parallel; or one with all of them as a string. The caller may hang up: the calls go on.</summary>
    private async Task<bool> NotifyAsync(FunctionDefinition function, EventGridTrigger trigger, IReadOnlyList<JsonObject> events)
    {
        var rewritten = events.Select(RewrittenJson.Of).ToArray();
        if (trigger.Many)
        {
            var outcome =
                await invoker.InvokeAsync(function, new JsonArray(rewritten).ToJsonString(), new JsonObject(), CancellationToken.None);
            return outcome.Succeeded;
        }

        var outcomes = await Task.WhenAll(rewritten.Select(each =>
            invoker.InvokeAsync(function, each, new JsonObject { ["data"] = each?["data"]?.DeepClone() }, CancellationToken.None)));
        return outcomes.All(outcome => outcome.Succeeded);
    }
}
