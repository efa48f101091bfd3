using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Aws.LambdaRuntime;

/// <summary>The documented Lambda Runtime API, version 2018-06-01, for one environment.</summary>
/// <remarks>Source: Lambda developer guide, "Using the Lambda runtime API for custom runtimes".</remarks>
internal sealed class RuntimeApi(ExecutionEnvironment environment, LambdaFunctionSettings settings)
{
    private const string Root = "/2018-06-01/runtime/";

    /// <summary>Lambda's limit of a synchronous answer.</summary>
    private const int MaxResponse = 6 * 1024 * 1024;

    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? string.Empty;
        if (!path.StartsWith(Root, StringComparison.Ordinal))
        {
            return AnswerAsync(context, StatusCodes.Status404NotFound, "InvalidPath", path);
        }

        return (context.Request.Method, path[Root.Length..].Split('/')) switch
        {
            ("GET", ["invocation", "next"]) => NextAsync(context),
            ("POST", ["invocation", var id, "response"]) => AnsweredAsync(context, id, isError: false),
            ("POST", ["invocation", var id, "error"]) => AnsweredAsync(context, id, isError: true),
            ("POST", ["init", "error"]) => InitErrorAsync(context),
            _ => AnswerAsync(context, StatusCodes.Status404NotFound, "InvalidPath", path),
        };
    }

    private async Task NextAsync(HttpContext context)
    {
        Invocation invocation;
        try
        {
            invocation = await environment.NextAsync(context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The process is gone.
            return;
        }

        var headers = context.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = invocation.RequestId;
        headers["Lambda-Runtime-Deadline-Ms"] = invocation.Deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Invoked-Function-Arn"] = settings.Arn;
        headers["Lambda-Runtime-Trace-Id"] = invocation.TraceId;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(invocation.Payload);
    }

    private async Task AnsweredAsync(HttpContext context, string id, bool isError)
    {
        var body = await BodyAsync(context);
        if (environment.Current is not { } current || current.RequestId != id || current.Answered.Task.IsCompleted)
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, "InvalidRequestID", "Invalid request ID");
            return;
        }

        if (Encoding.UTF8.GetByteCount(body) > MaxResponse)
        {
            await AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLarge",
                "Exceeded maximum allowed payload size (6291556 bytes).");
            return;
        }

        current.Answered.TrySetResult(new RuntimeAnswer(body, isError));
        await AcceptedAsync(context);
    }

    private async Task InitErrorAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        await AcceptedAsync(context);
        environment.FailInit(body);
    }

    private static async Task<string> BodyAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        return await reader.ReadToEndAsync(context.RequestAborted);
    }

    private static Task AcceptedAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("{\"status\":\"OK\"}\n");
    }

    private static Task AnswerAsync(HttpContext context, int status, string type, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject { ["errorMessage"] = message, ["errorType"] = type }.ToJsonString());
    }
}
