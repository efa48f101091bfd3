using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ServerlessGuard.Azure.Tests.Runtime;

/// <summary>What strangers can post without a token: it reaches the handler as it reaches it from the Functions host, chunked and within JSON.</summary>
public sealed class FloodTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const int Posts = 200;
    private const long Most = 200L << 20;

    private readonly AppFixture _app = fixture;

    /// <summary>Each was read whole, up to 16 MB, before the gate and before anybody was asked for a token: 25 at once were more than 200 MiB, 200 of them the end of the worker.</summary>
    [Theory]
    [InlineData("chatops", 15_000_000, 413)]
    [InlineData("federation", 15_000_000, 413)]
    [InlineData("page", 15_000_000, 413)]
    // Within the limit, and still by a stranger.
    [InlineData("federation", 5_900_000, 501)]
    public async Task Two_hundred_anonymous_posts_leave_the_worker_small(string function, int size, int expected)
    {
        await using var worker = await FunctionProcess.StartAsync(_app.Azurite, _app.Arm.Address);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Posts }) { BaseAddress = worker.Address, Timeout = TimeSpan.FromMinutes(3) };
        var answers = await Task.WhenAll(Enumerable.Range(0, Posts).Select(_ => PostAsync(client, function, size)));
        var peak = worker.PeakMemory();
        Assert.All(answers, answer => Assert.Contains(answer, (string[])[expected.ToString(CultureInfo.InvariantCulture), "late"]));
        Assert.Contains(expected.ToString(CultureInfo.InvariantCulture), answers);
        Assert.True(peak < Most, $"{function}: {peak >> 20} MiB at the peak");

        // And it still works.
        Assert.Equal(404, (await worker.CallAsync("page", "\"req\":{\"Url\":\"http://localhost/api/page\",\"Method\":\"GET\",\"Query\":{},\"Headers\":{},\"Params\":{}}")).Body.GetProperty("Outputs").GetProperty("res").GetProperty("statusCode").GetInt32());
    }

    [Theory]
    [InlineData("scan")]
    [InlineData("work")]
    public async Task An_event_of_more_than_a_megabyte_fails_and_is_not_kept_in_memory(string function)
    {
        using var client = new HttpClient { BaseAddress = _app.Functions.Address };
        using var content = new Flood(1_100_000);
        using var answer = await client.PostAsync(new Uri("/" + function, UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Contains("a body of more than 1048576 bytes", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>What the caller would get; <c>late</c> when its turn at the gate did not come in time.</summary>
    private static async Task<string> PostAsync(HttpClient client, string function, int size)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + function) { Content = new Flood(size) };
        request.Headers.TransferEncodingChunked = true;
        using var answer = await client.SendAsync(request);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        return answer.StatusCode is HttpStatusCode.OK
            ? body.RootElement.GetProperty("Outputs").GetProperty("res").GetProperty("statusCode").GetInt32().ToString(CultureInfo.InvariantCulture)
            : body.RootElement.GetProperty("Logs")[0].GetString()!.StartsWith("not done within", StringComparison.Ordinal) ? "late" : answer.StatusCode.ToString();
    }

    /// <summary>A caller's body of so many bytes, which nobody holds in memory here.</summary>
    private sealed class Flood : HttpContent
    {
        private static readonly byte[] Begin = Encoding.UTF8.GetBytes("{\"Data\":{\"req\":{\"Url\":\"http://localhost/api/x\",\"Method\":\"POST\",\"Query\":{},\"Headers\":{},\"Params\":{},\"Body\":\"");
        private static readonly byte[] End = Encoding.UTF8.GetBytes("\"}},\"Metadata\":{}}");
        private static readonly byte[] Piece = Encoding.UTF8.GetBytes(new string('x', 16 * 1024));

        private readonly int _size;

        public Flood(int size)
        {
            _size = size;
            Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=utf-8");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Begin);
            for (var left = _size; left > 0; left -= Piece.Length)
            {
                await stream.WriteAsync(Piece.AsMemory(0, Math.Min(left, Piece.Length)));
            }

            await stream.WriteAsync(End);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
