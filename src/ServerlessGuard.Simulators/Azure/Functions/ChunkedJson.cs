using System.Net;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Azure.Functions;

/// <summary>A JSON body whose length is not told: the host sends <c>Transfer-Encoding: chunked</c>, in several pieces.</summary>
internal sealed class ChunkedJson : HttpContent
{
    /// <summary>The host escapes what JSON demands and no more.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int Piece = 16 * 1024;
    private readonly byte[] _body;

    public ChunkedJson(JsonObject body)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            body.WriteTo(writer);
        }

        _body = buffer.ToArray();
        Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        for (var at = 0; at < _body.Length; at += Piece)
        {
            await stream.WriteAsync(_body.AsMemory(at, Math.Min(Piece, _body.Length - at)));
            await stream.FlushAsync();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
