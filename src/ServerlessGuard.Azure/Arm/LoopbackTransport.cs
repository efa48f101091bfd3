using Azure.Core;
using Azure.Core.Pipeline;

namespace ServerlessGuard.Azure.Arm;

/// <summary>
/// The bearer policy refuses plain http, rightly. For an endpoint on loopback (the lab, tests) requests are built as https and turned into
/// http here, after the policy and before the wire; nothing but loopback can be reached this way.
/// </summary>
internal sealed class LoopbackTransport(HttpPipelineTransport inner, Uri endpoint) : HttpPipelineTransport
{
    public override Request CreateRequest() => inner.CreateRequest();

    public override void Process(HttpMessage message)
    {
        Rewrite(message.Request);
        try
        {
            inner.Process(message);
        }
        finally
        {
            message.Request.Uri.Scheme = Uri.UriSchemeHttps;
        }
    }

    public override async ValueTask ProcessAsync(HttpMessage message)
    {
        Rewrite(message.Request);
        try
        {
            await inner.ProcessAsync(message);
        }
        finally
        {
            // A retry passes the bearer policy again.
            message.Request.Uri.Scheme = Uri.UriSchemeHttps;
        }
    }

    private void Rewrite(Request request)
    {
        if (!endpoint.IsLoopback || request.Uri.Host != endpoint.Host || request.Uri.Port != endpoint.Port)
        {
            throw new InvalidOperationException($"{request.Uri.Host} is not the local endpoint");
        }

        request.Uri.Scheme = endpoint.Scheme;
    }
}
