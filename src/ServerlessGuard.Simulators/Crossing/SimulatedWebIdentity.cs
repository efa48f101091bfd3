using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Simulators.Azure;
using ServerlessGuard.Simulators.Azure.Subscription;

namespace ServerlessGuard.Simulators.Crossing;

/// <summary>
/// Simulated STS, its unsigned half: AssumeRoleWithWebIdentity for the one role, against a token of the simulated managed identity for the
/// one audience.
/// </summary>
public sealed class SimulatedWebIdentity(string roleArn, string audience, TimeProvider time) : IAsyncDisposable
{
    private static readonly XNamespace Ns = "https://sts.amazonaws.com/doc/2011-06-15/";

    private readonly ConcurrentDictionary<string, (AwsCredentials Credentials, string Session, DateTimeOffset ExpiresAt)> _given =
        new(StringComparer.Ordinal);
    private LoopbackServer? _server;

    /// <summary>Who vouches for the caller; set once it runs.</summary>
    public ManagedIdentityEndpoint? Identity { get; set; }

    /// <summary>For <c>GUARD_PEER_STS</c>.</summary>
    public Uri Address => _server!.Address;

    public async Task StartAsync(CancellationToken cancellation) => _server = await LoopbackServer.StartAsync(AnswerAsync, cancellation);

    /// <summary>What was given under that access key, while it lives, and as which session.</summary>
    public (AwsCredentials Credentials, string SessionArn)? Find(string accessKeyId) =>
        _given.TryGetValue(accessKeyId, out var given) && given.ExpiresAt > time.GetUtcNow()
            ? (given.Credentials,
                roleArn.Replace(":iam:", ":sts:", StringComparison.Ordinal)
                .Replace(":role/", ":assumed-role/", StringComparison.Ordinal) + "/" + given.Session)
            : null;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType || await context.Request.ReadFormAsync() is not { } form
            || form["Action"] != "AssumeRoleWithWebIdentity")
        {
            await WriteAsync(context, 400, Error("InvalidAction", "the simulated STS knows AssumeRoleWithWebIdentity only"));
            return;
        }

        if (form["RoleArn"] != roleArn || Identity?.Check(form["WebIdentityToken"], audience).Identity is null)
        {
            await WriteAsync(context, 403, Error("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"));
            return;
        }

        var credentials = new AwsCredentials("ASIA" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8)),
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(40)));
        var expires = time.GetUtcNow().AddHours(1);
        _given[credentials.AccessKeyId] = (credentials, form["RoleSessionName"].ToString(), expires);
        await WriteAsync(context, 200, new XElement(
            Ns + "AssumeRoleWithWebIdentityResponse",
            new XElement(
                Ns + "AssumeRoleWithWebIdentityResult",
                new XElement(
                    Ns + "Credentials",
                    new XElement(Ns + "AccessKeyId", credentials.AccessKeyId),
                    new XElement(Ns + "SecretAccessKey", credentials.SecretKey),
                    new XElement(Ns + "SessionToken", credentials.SessionToken),
                    new XElement(Ns + "Expiration",
                        expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))))));
    }

    private static XElement Error(string code, string message) =>
        new(Ns + "ErrorResponse", new XElement(Ns + "Error", new XElement(Ns + "Code", code), new XElement(Ns + "Message", message)));

    private static Task WriteAsync(HttpContext context, int status, XElement body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/xml";
        return context.Response.WriteAsync(body.ToString());
    }
}
