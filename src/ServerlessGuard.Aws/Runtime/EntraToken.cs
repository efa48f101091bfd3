using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Federation;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>
/// AWS → Azure without a secret: STS signs a web identity token for the Lambda's role, Entra takes it as the assertion of an app
/// registration that trusts exactly this issuer and subject, and gives a token for the function app.
/// </summary>
/// <remarks>
/// STS GetWebIdentityToken (botocore sts 2011-06-15): audience list, signing algorithm, 60 to 3600 seconds. It is answered by regional
/// endpoints only. Entra:
/// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential
/// </remarks>
public sealed class EntraToken(IAwsApi aws, HttpMessageInvoker http, EntraTokenSettings settings, TimeProvider time)
{
    private const string ExchangeAudience = "api://AzureADTokenExchange";
    private const int MaxAnswer = 100_000;

    public ITokenSource Source() => new CachedToken(AskAsync, time);

    private async Task<(string Token, DateTimeOffset ExpiresAt)> AskAsync(CancellationToken cancellation)
    {
        var assertion = await AssertionAsync(cancellation);
        var address = new Uri($"{settings.Authority.ToString().TrimEnd('/')}/{Uri.EscapeDataString(settings.Tenant)}/oauth2/v2.0/token");
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
            {
                Content = new FormUrlEncodedContent(
                [
                    new("grant_type", "client_credentials"),
                    new("client_id", settings.ClientId),
                    new("scope", settings.Scope),
                    new("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                    new("client_assertion", assertion),
                ]),
            };
            using var response = await http.SendAsync(request, cancellation);
            var answer = Parse(await BoundedBody.ReadAsync(response.Content, MaxAnswer, cancellation));
            if (response.IsSuccessStatusCode && answer?["access_token"]?.GetValue<string>() is { } token)
            {
                var seconds = answer["expires_in"]?.GetValue<double>() ?? 300;
                return (token, time.GetUtcNow().AddSeconds(seconds));
            }

            // Entra's error code (AADSTS700213 …) says what does not match; its description repeats claims, so it stays out.
            throw new PeerUnavailableException(string.Create(
                CultureInfo.InvariantCulture,
                $"{address.Host} returned no token: {(int)response.StatusCode} {answer?["error"]} {answer?["error_codes"]?[0]}").TrimEnd());
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or InvalidOperationException
            || fault is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new PeerUnavailableException($"{address.Host}: {fault.Message}", fault);
        }
    }

    private async Task<string> AssertionAsync(CancellationToken cancellation)
    {
        try
        {
            var answer = await aws.SendAsync(
                AwsRequest.Form(
                    AwsRegion.Home,
                    "sts",
                    "GetWebIdentityToken",
                    "2011-06-15",
                    [new("Audience.member.1", ExchangeAudience), new("SigningAlgorithm", "RS256"), new("DurationSeconds", "300")]),
                cancellation);
            return answer.Xml().Descendants("WebIdentityToken").FirstOrDefault()?.Value
                ?? throw new PeerUnavailableException("STS answered without a token");
        }
        catch (CloudCallException fault)
        {
            throw new PeerUnavailableException(fault.Message, fault);
        }
    }

    private static JsonNode? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}

/// <param name="Authority">https://login.microsoftonline.com, or a sovereign cloud's.</param>
/// <param name="ClientId">The app registration that trusts the Lambda's role.</param>
/// <param name="Scope">The function app's: <c>api://…/.default</c>.</param>
public sealed record EntraTokenSettings(Uri Authority, string Tenant, string ClientId, string Scope);
