using System.Net;
using System.Text.Json;
using ServerlessGuard.Lab.Azure.Seed;

namespace ServerlessGuard.EndToEnd.Tests.Azure;

/// <summary>The page in the published function app: for those whom the platform signed in, and for reading.</summary>
[Collection(SimulatedAzure.Name)]
public sealed class PageTests(AzureCloud cloud)
{
    [Fact]
    public async Task Whoever_is_signed_in_reads_the_page_and_nobody_else_does()
    {
        await using var world = await AzureWorld.StartAsync(cloud, "observe", more: ("GUARD_PLATFORM_SIGN_IN", "true"));
        Breakage.AllowBlobPublicAccess.Apply(world.Arm);
        await world.SettleAsync();
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(world.Lab.Host.Address, "api/") };
        foreach (var path in new[] { "page", "page/", "page/api/findings", "page/app.js" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync(path)).StatusCode);
        }

        http.DefaultRequestHeaders.Add("X-MS-CLIENT-PRINCIPAL-NAME", "kim@acme.example");
        var sent = await http.GetAsync("page");
        Assert.Equal((HttpStatusCode.PermanentRedirect, "/api/page/"), (sent.StatusCode, sent.Headers.Location?.OriginalString));
        var page = await http.GetAsync("page/");
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType));
        Assert.Contains("default-src 'none'", string.Join(' ', page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("text/javascript", (await http.GetAsync("page/app.js")).Content.Headers.ContentType?.MediaType);

        var text = string.Empty;
        await Poll.UntilAsync(
            "the page to have read the table",
            async () => (text = await http.GetStringAsync("page/api/findings")).Contains("SG-STOR-003", StringComparison.Ordinal),
            30,
            world.Story);
        using var findings = JsonDocument.Parse(text);
        Assert.Equal(JsonValueKind.Object, findings.RootElement.ValueKind);
        Assert.Equal(HttpStatusCode.NotFound, (await http.PostAsync("page/api/commands", new ByteArrayContent("{}"u8.ToArray()))).StatusCode);
    }

    [Fact]
    public async Task Without_the_sign_in_in_front_there_is_no_page()
    {
        await using var world = await AzureWorld.StartAsync(cloud, "observe");
        using var http = new HttpClient { BaseAddress = new Uri(world.Lab.Host.Address, "api/") };
        http.DefaultRequestHeaders.Add("X-MS-CLIENT-PRINCIPAL-NAME", "eve@evil.example");
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("page/")).StatusCode);
    }
}
