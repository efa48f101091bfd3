using ServerlessGuard.Aws.Api;
using ServerlessGuard.Federation;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// Azure → AWS: the <c>federation</c> Lambda's function URL, signed (AWS_IAM) with the credentials of the one role that may. The platform
/// verifies the signature and tells the function who the caller is, which a plain Invoke does not.
/// </summary>
/// <param name="lambda">An API whose <c>lambda</c> endpoint is the function's URL and whose credentials are that role's.</param>
public sealed class FunctionUrlPeer(IAwsApi lambda) : WirePeer
{
    protected override async Task<(int Status, ReadOnlyMemory<byte> Body)> PostAsync(ReadOnlyMemory<byte> body,
        CancellationToken cancellation)
    {
        try
        {
            // Sending twice is harmless: a row that is there is stale.
            var request = AwsRequest.Rest(AwsRegion.Home, "lambda", "federation", HttpMethod.Post, "/", body) with
                { Headers = [new("Content-Type", "application/json")] };
            var answer = await lambda.SendAsync(request, cancellation);
            return (answer.Status, answer.Body);
        }
        catch (CloudCallException fault)
        {
            throw new PeerUnavailableException(fault.Message, fault);
        }
    }
}
