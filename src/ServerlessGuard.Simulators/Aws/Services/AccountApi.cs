using ServerlessGuard.Simulators.Aws.Account;
using ServerlessGuard.Simulators.Aws.Http;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>
/// The simulated account's API: one loopback port for all services, told apart by the credential scope of the signature, as
/// <c>AWS_ENDPOINT_URL</c> expects it.
/// </summary>
public sealed class AccountApi : IAsyncDisposable
{
    private static readonly string[] Reading =
        ["Get", "List", "Describe", "Batch", "Select", "Head", "Simulate", "Assume", "Decode", "Lookup"];

    private readonly SimulatedAccount _account;
    private readonly IReadOnlyList<IServiceApi> _services;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _one = new(1);
    private LoopbackServer? _server;

    private AccountApi(SimulatedAccount account, IReadOnlyList<IServiceApi> services, TimeProvider time) =>
        (_account, _services, _time) = (account, services, time);

    public FaultPlan Faults { get; } = new();

    /// <summary>
    /// Before a call is looked at (false) and after it took effect but before its answer (true); a test kills the caller here.
    /// </summary>
    public Action<string, bool>? OnCall { get; set; }

    /// <summary>For <c>AWS_ENDPOINT_URL</c>.</summary>
    public string Url => _server!.Address.ToString().TrimEnd('/');

    public static async Task<AccountApi> StartAsync(SimulatedAccount account, IReadOnlyList<IServiceApi> services, TimeProvider time,
        int port = 0)
    {
        var api = new AccountApi(account, services, time);
        api._server = await LoopbackServer.StartAsync(api.HandleAsync, port);
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _one.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = await ApiRequest.ReadAsync(context);
        var id = Guid.NewGuid().ToString();
        var service = _services.FirstOrDefault(candidate => candidate.Serves(request));
        var operation = service?.OperationOf(request);
        if (service is null || operation is null)
        {
            var (status, code) = request.SigningName.Length == 0 ? (403, "MissingAuthenticationToken") : (400, "UnknownOperationException");
            await WriteAsync(context,
                ApiErrors.Write(service?.Format ?? WireFormat.Json, status, code,
                    $"the simulated account has no such call: {request.SigningName} {request.Method} {request.Target ?? request.Path}", id),
                    id);
            return;
        }

        var name = service.Name + ":" + operation;
        OnCall?.Invoke(name, false);
        var fault = Faults.Next(service.Name, operation);
        if (fault is FaultKind.Hang)
        {
            await HangAsync(context);
            return;
        }

        var answer = fault is null or FaultKind.LostAnswer
            ? await AnswerAsync(service, operation, request, id)
            : Refuse(fault.Value, service, id);
        _account.Note(
            new ApiCall(service.Name, operation, IsWrite(service, operation), answer.Status, _time.GetUtcNow(), id,
                CallParameters.Of(request)));
        OnCall?.Invoke(name, true);
        if (fault is FaultKind.LostAnswer)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, answer, id);
    }

    private async Task<ApiAnswer> AnswerAsync(IServiceApi service, string operation, ApiRequest request, string id)
    {
        await _one.WaitAsync();
        try
        {
            return service.Answer(operation, request)
                ?? ApiErrors.Write(service.Format, 400, "UnknownOperationException",
                    $"the simulated account does not know {service.Name} {operation}", id);
        }
        catch (ApiFaultException fault)
        {
            return ApiErrors.Write(service.Format, fault.Status, fault.Code, fault.Message, id);
        }
        finally
        {
            _one.Release();
        }
    }

    private static ApiAnswer Refuse(FaultKind kind, IServiceApi service, string id) => kind switch
    {
        FaultKind.Throttle when service.Name is "s3" or "s3control" =>
            ApiErrors.Write(service.Format, 503, "SlowDown", "Please reduce your request rate.", id),
        FaultKind.Throttle =>
            ApiErrors.Write(service.Format, 400, service.Format is WireFormat.Json ? "ThrottlingException" : "Throttling", "Rate exceeded",
                id),
        FaultKind.AccessDenied =>
            ApiErrors.Write(service.Format, 403, service.Format is WireFormat.Json ? "AccessDeniedException" : "AccessDenied",
                "not authorized", id),
        FaultKind.InternalError or FaultKind.Hang or FaultKind.LostAnswer =>
            ApiErrors.Write(service.Format, 500, "InternalFailure", "simulated fault", id),
    };

    private static async Task HangAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    private static async Task WriteAsync(HttpContext context, ApiAnswer answer, string id)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.Headers["x-amzn-RequestId"] = id;
        context.Response.Headers["x-amz-request-id"] = id;
        if (answer.Body.Length > 0)
        {
            context.Response.ContentType = answer.ContentType;
            await context.Response.WriteAsync(answer.Body);
        }
    }

    /// <summary>Answers to Config, traffic of queues and seals change nothing of what is guarded.</summary>
    private static bool IsWrite(IServiceApi service, string operation) =>
        service.Name is not ("config" or "sqs" or "sts") && !SealKey.Serves(operation)
            && !Reading.Any(prefix => operation.StartsWith(prefix, StringComparison.Ordinal));
}
