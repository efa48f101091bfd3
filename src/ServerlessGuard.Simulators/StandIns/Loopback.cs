using System.Net;
using System.Net.Sockets;

namespace ServerlessGuard.Simulators.StandIns;

/// <summary>An HTTP server on 127.0.0.1 for one test.</summary>
public abstract class Loopback : IDisposable
{
    private readonly HttpListener _listener;

    protected Loopback()
    {
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            _listener = new HttpListener();
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                _listener.Start();
                Authority = $"127.0.0.1:{port}";
                break;
            }
            catch (HttpListenerException) when (attempt < 5)
            {
                // Somebody else was given the port in between.
            }
        }

        _ = ServeAsync();
    }

    public string Authority { get; }

    public void Dispose()
    {
        _listener.Close();
        GC.SuppressFinalize(this);
    }

    protected abstract Task AnswerAsync(HttpListenerRequest request, byte[] body, HttpListenerResponse response);

    protected static async Task WriteAsync(HttpListenerResponse response, int status, ReadOnlyMemory<byte> body)
    {
        response.StatusCode = status;
        response.ContentLength64 = body.Length;
        await response.OutputStream.WriteAsync(body);
        response.Close();
    }

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(async () =>
                {
                    try
                    {
                        using var body = new MemoryStream();
                        await context.Request.InputStream.CopyToAsync(body);
                        await AnswerAsync(context.Request, body.ToArray(), context.Response);
                    }
                    catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException or IOException
                        or OperationCanceledException or InvalidOperationException)
                    {
                        // The client, or the test, has ended.
                    }
                });
            }
            catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
