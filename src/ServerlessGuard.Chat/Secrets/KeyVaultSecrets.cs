using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Chat.Secrets;

/// <summary>
/// Azure Key Vault: <c>https://VAULT.vault.azure.net/secrets/NAME</c>, with <c>/VERSION</c> for one version. Needs the role Key Vault
/// Secrets User on it.
/// </summary>
/// <remarks>Source: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret, api-version 7.4.</remarks>
/// <param name="http">Must not follow redirects: a token is meant for one address.</param>
/// <param name="token">A bearer token for the audience <c>https://vault.azure.net</c> (of the vault's cloud).</param>
/// <param name="loopback">A laboratory's vault on this machine; null: none.</param>
/// <param name="time">The clock.</param>
public sealed class KeyVaultSecrets(HttpMessageInvoker http, Func<string, CancellationToken, ValueTask<string>> token, Uri? loopback,
    TimeProvider time) : ISecretStore
{
    private const int MaxAnswer = 100_000;

    /// <summary>The public cloud, China, US Government.</summary>
    private static readonly string[] Suffixes = ["vault.azure.net", "vault.azure.cn", "vault.usgovcloudapi.net"];

    public static bool Takes(string reference, Uri? loopback = null) => Address(reference, loopback) is not null;

    public async Task<string> ReadAsync(string reference, CancellationToken cancellation)
    {
        var address = Address(reference, loopback) ?? throw new SecretException("a reference that names no secret of a key vault");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using var request =
                new HttpRequestMessage(HttpMethod.Get, new Uri($"{address.GetLeftPart(UriPartial.Path).TrimEnd('/')}?api-version=7.4"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token(Audience(address), either.Token));
            using var response = await http.SendAsync(request, either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new SecretException($"{address.Host}: {((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)}");
            }

            if (response.Content.Headers.ContentLength > MaxAnswer)
            {
                throw new SecretException($"{address.Host}: an answer that is too large");
            }

            var answer = JsonNode.Parse(await response.Content.ReadAsByteArrayAsync(either.Token));
            return (answer as JsonObject)?["value"] is JsonValue value && value.TryGetValue<string>(out var text)
                ? text
                : throw new SecretException($"{address.Host}: an answer without a value");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or JsonException
            || fault is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new SecretException($"{address.Host}: {fault.GetType().Name}", fault);
        }
    }

    private static string Audience(Uri address) =>
        "https://" + (Suffixes.FirstOrDefault(suffix => address.Host.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase))
            ?? Suffixes[0]);

    private static Uri? Address(string reference, Uri? loopback)
    {
        if (!Uri.TryCreate(reference, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.Query.Length > 0
            || uri.AbsolutePath.TrimEnd('/')
            .Split('/') is not (["", "secrets", { Length: > 0 }] or ["", "secrets", { Length: > 0 }, { Length: > 0 }]))
        {
            return null;
        }

        return uri is { Scheme: "https", IsDefaultPort: true }
            && Array.Exists(Suffixes,
                suffix => uri.Host.EndsWith("." + suffix, StringComparison.OrdinalIgnoreCase)
                && !uri.Host[..^(suffix.Length + 1)].Contains('.', StringComparison.Ordinal))
            || loopback is { IsLoopback: true } && uri.Scheme == loopback.Scheme && uri.Authority == loopback.Authority
            ? uri
            : null;
    }
}
