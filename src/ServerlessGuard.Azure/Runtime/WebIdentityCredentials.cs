using System.Globalization;
using System.Text;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Federation;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// Azure → AWS without a secret: the managed identity's token buys an hour of the one role that trusts exactly this issuer, audience and
/// subject.
/// </summary>
/// <remarks>STS AssumeRoleWithWebIdentity is not signed; the token is the proof (botocore sts 2011-06-15, authtype none).</remarks>
public sealed class WebIdentityCredentials(HttpMessageInvoker http, WebIdentitySettings settings, ITokenSource identity,
    TimeProvider time) : IAwsCredentialsSource, IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);
    private const int MaxAnswer = 100_000;

    private readonly SemaphoreSlim _asking = new(1, 1);
    private (AwsCredentials Credentials, DateTimeOffset Until)? _known;

    public async ValueTask<AwsCredentials> FindAsync(CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation);
        try
        {
            if (_known is not { } known || known.Until <= time.GetUtcNow())
            {
                _known = known = await AssumeAsync(cancellation);
            }

            return known.Credentials;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private async Task<(AwsCredentials Credentials, DateTimeOffset Until)> AssumeAsync(CancellationToken cancellation)
    {
        var form = AwsRequest.Form(
            AwsRegion.Home,
            "sts",
            "AssumeRoleWithWebIdentity",
            "2011-06-15",
            [
                new("RoleArn", settings.RoleArn),
                new("RoleSessionName", settings.SessionName),
                new("DurationSeconds", "3600"),
                new("WebIdentityToken", await TokenAsync(cancellation)),
            ]);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, settings.Sts)
                { Content = new StringContent(Encoding.UTF8.GetString(form.Body.Span), Encoding.UTF8,
                    "application/x-www-form-urlencoded") };
            using var response = await http.SendAsync(request, cancellation);
            var body = await BoundedBody.ReadAsync(response.Content, MaxAnswer, cancellation);
            if (!response.IsSuccessStatusCode)
            {
                identity.Forget();
                throw new CloudCallException(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture),
                    $"sts AssumeRoleWithWebIdentity of {settings.RoleArn}: {(int)response.StatusCode}", isTransient: true);
            }

            var answer = new AwsAnswer((int)response.StatusCode, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase), body)
                .Xml();
            string Text(string name) => answer.Descendants(name).FirstOrDefault()?.Value
                ?? throw new CloudCallException("UnreadableAnswer", $"sts AssumeRoleWithWebIdentity: no {name} in the answer",
                    isTransient: true);
            var expires = DateTimeOffset.Parse(Text("Expiration"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            return (new AwsCredentials(Text("AccessKeyId"), Text("SecretAccessKey"), Text("SessionToken")), expires - Margin);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or FormatException
            || fault is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new CloudCallException("NoAnswer", $"sts AssumeRoleWithWebIdentity: {fault.Message}", isTransient: true, fault);
        }
    }

    private async Task<string> TokenAsync(CancellationToken cancellation)
    {
        try
        {
            return await identity.FindAsync(cancellation);
        }
        catch (PeerUnavailableException fault)
        {
            throw new CloudCallException("NoIdentity", fault.Message, isTransient: true, fault);
        }
    }
}

/// <param name="Sts">The regional endpoint: <c>https://sts.eu-central-1.amazonaws.com/</c>.</param>
public sealed record WebIdentitySettings(Uri Sts, string RoleArn, string SessionName);
