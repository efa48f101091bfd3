using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Azure;

namespace ServerlessGuard.Simulators.Crossing;

/// <summary>
/// Simulated Entra: gives a token for the function app to the one app registration, against an assertion of the simulated STS (issuer,
/// audience and subject pinned, as infra/azure pins them), and publishes its keys.
/// </summary>
public sealed class SimulatedEntra : IAsyncDisposable
{
    public const string Tenant = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
    public const string ClientId = "99999999-0000-0000-0000-0000000000f1";
    public const string Audience = "api://serverlessguard-lab";

    private readonly LabIssuer _own;
    private readonly LabIssuer _sts;
    private readonly string _subject;
    private LoopbackServer? _server;

    private SimulatedEntra(LabIssuer sts, string subject, TimeProvider time)
    {
        _own = new LabIssuer($"https://login.lab.example/{Tenant}/v2.0", time);
        (_sts, _subject) = (sts, subject);
    }

    public string Issuer => _own.Issuer;

    /// <summary>For <c>GUARD_PEER_AUTHORITY</c>.</summary>
    public Uri Authority => _server!.Address;

    /// <summary>For <c>GUARD_FEDERATION_KEYS</c>.</summary>
    public Uri Keys => new(Authority, Tenant + "/discovery/v2.0/keys");

    public int Issued { get; private set; }

    /// <param name="sts">Whose assertions are trusted.</param>
    /// <param name="subject">The one subject: the ARN of the Lambda's role.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Stops the start.</param>
    public static async Task<SimulatedEntra> StartAsync(LabIssuer sts, string subject, TimeProvider time, CancellationToken cancellation)
    {
        var entra = new SimulatedEntra(sts, subject, time);
        entra._server = await LoopbackServer.StartAsync(entra.AnswerAsync, cancellation);
        return entra;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _own.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case $"/{Tenant}/discovery/v2.0/keys":
                await WriteAsync(context, 200, _own.Keys());
                break;
            case $"/{Tenant}/oauth2/v2.0/token" when context.Request.HasFormContentType:
                await TokenAsync(context, await context.Request.ReadFormAsync());
                break;
            default:
                await WriteAsync(context, 404, new JsonObject { ["error"] = "not_found" });
                break;
        }
    }

    private async Task TokenAsync(HttpContext context, IFormCollection form)
    {
        var isRequest = form["grant_type"] == "client_credentials" && form["client_id"] == ClientId
            && form["scope"] == Audience + "/.default"
            && form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        if (!isRequest || await _sts.SubjectAsync(form["client_assertion"].ToString(), "api://AzureADTokenExchange") != _subject)
        {
            await WriteAsync(context, 401, new JsonObject { ["error"] = "invalid_client", ["error_codes"] = new JsonArray(700213) });
            return;
        }

        Issued++;
        var token = _own.Token(ClientId, Audience, TimeSpan.FromHours(1), [new("azp", ClientId), new("tid", Tenant), new("ver", "2.0")]);
        await WriteAsync(context, 200, new JsonObject { ["token_type"] = "Bearer", ["expires_in"] = 3599, ["access_token"] = token });
    }

    private static Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(body.ToJsonString());
    }
}
