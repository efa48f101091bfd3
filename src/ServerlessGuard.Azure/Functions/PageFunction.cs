using System.Text;
using System.Text.Json;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Page;

namespace ServerlessGuard.Azure.Functions;

/// <summary>
/// <c>page</c>: the page of both clouds, for reading. Only behind App Service's authentication: without the sign-in in front, and the
/// setting that says that it is there, it shows nothing to anybody.
/// </summary>
internal sealed class PageFunction(PageApi page, Journal journal)
{
    /// <summary>Set by App Service's authentication, which takes it out of what callers send.</summary>
    private const string PrincipalHeader = "X-MS-CLIENT-PRINCIPAL-NAME";

    private const string Route = "/api/page";

    public async Task<Answer> RunAsync(JsonElement request, CancellationToken cancellation)
    {
        if (!IsSignedIn(request))
        {
            journal.Metric("page.refused", 1);
            return Answer.Done("refused: nobody is signed in") with
                { Http = new HttpOutput(401, "sign in first", "text/plain; charset=utf-8") };
        }

        var url = Uri.TryCreate(Text(request, "Url"), UriKind.Absolute, out var address) ? address : new Uri("http://localhost/");
        var at = url.AbsolutePath.IndexOf(Route, StringComparison.OrdinalIgnoreCase);
        var path = at < 0 ? "/" : url.AbsolutePath[(at + Route.Length)..];
        if (path.Length == 0)
        {
            // The page's files are named from where it lies: without the slash they would be looked for one step up.
            return Answer.Done("sent on") with
                { Http = new HttpOutput(308, string.Empty, "text/plain; charset=utf-8")
                    { Headers = [new("Location", url.AbsolutePath + "/")] } };
        }

        var response = await page.HandleAsync(
            new PageRequest((Text(request, "Method") ?? "GET").ToUpperInvariant(), path, url.Query.TrimStart('?')), cancellation);
        return Answer.Done($"answered {response.Status}") with
        {
            Http = new HttpOutput(response.Status, Encoding.UTF8.GetString(response.Body.Span), response.ContentType)
                { Headers = [.. response.Headers] },
        };
    }

    private static bool IsSignedIn(JsonElement request) =>
        request.ValueKind is JsonValueKind.Object && request.TryGetProperty("Headers", out var headers)
            && headers.ValueKind is JsonValueKind.Object
        && headers.EnumerateObject().Any(header => header.Name.Equals(PrincipalHeader, StringComparison.OrdinalIgnoreCase)
            && (header.Value.ValueKind is JsonValueKind.Array ? header.Value.EnumerateArray().FirstOrDefault() : header.Value) is
                { ValueKind: JsonValueKind.String } name && name.GetString() is { Length: > 0 });

    private static string? Text(JsonElement request, string name) =>
        request.ValueKind is JsonValueKind.Object && request.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
