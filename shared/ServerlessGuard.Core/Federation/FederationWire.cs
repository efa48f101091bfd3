using System.Collections.Immutable;
using System.Text.Json;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Federation;

/// <summary>The body of a federation request: exactly one of its members is set.</summary>
public sealed record FederationRequest
{
    public FederationBatch? Rows { get; init; }

    /// <summary>The sender's account whose digest is asked for.</summary>
    public string? Digest { get; init; }

    public RevisionsRequest? Revisions { get; init; }
}

public sealed record RevisionsRequest(string Partition, string From);

/// <summary>The body of the answer, the member that was asked for, or what was wrong.</summary>
public sealed record FederationResponse
{
    public FederationAnswer? Rows { get; init; }
    public AccountDigest? Digest { get; init; }
    public ImmutableArray<HeldRevision>? Revisions { get; init; }

    /// <summary>One line; null when all is well.</summary>
    public string? Error { get; init; }
}

/// <summary>The receiving end, behind whatever authenticated the sender.</summary>
public sealed class FederationEndpoint(ITable table, Provider peer, FederationReceiver receiver)
{
    /// <summary>Bytes. A batch of the largest documents is smaller, an attack need not be.</summary>
    public const int MaxBody = 5_000_000;

    /// <summary>The HTTP status and the JSON body. Only the store's faults are thrown: the sender then tries again.</summary>
    public async Task<(int Status, string Body)> HandleAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        if (body.Length > MaxBody)
        {
            return Answer(413, new FederationResponse { Error = $"a body of more than {MaxBody} bytes" });
        }

        try
        {
            var request = JsonSerializer.Deserialize(body.Span, FederationJson.Default.FederationRequest);
            return request switch
            {
                { Rows: { } batch, Digest: null, Revisions: null } =>
                    Answer(200, new FederationResponse { Rows = await receiver.ReceiveAsync(batch, cancellation) }),
                { Digest: { } partition, Rows: null, Revisions: null } when Ownership.Owns(peer, partition) =>
                    Answer(200, new FederationResponse
                        { Digest = await TableDigest.OfAsync(table, partition, receiver.Time.GetUtcNow(), cancellation) }),
                { Revisions: { } asked, Rows: null, Digest: null } when Ownership.Owns(peer, asked.Partition) =>
                    Answer(200, new FederationResponse
                        { Revisions = await TableDigest.RevisionsAsync(table, asked.Partition, asked.From, cancellation) }),
                { Digest: not null } or { Revisions: not null } =>
                    Answer(403, new FederationResponse { Error = "only its owner may ask about an account" }),
                _ => Answer(400, new FederationResponse { Error = "expected rows, digest or revisions" }),
            };
        }
        catch (JsonException)
        {
            return Answer(400, new FederationResponse { Error = "not a federation request" });
        }
        catch (InvalidDataException fault)
        {
            return Answer(400, new FederationResponse { Error = fault.Message });
        }
    }

    private static (int Status, string Body) Answer(int status, FederationResponse response) =>
        (status, JsonSerializer.Serialize(response, FederationJson.Default.FederationResponse));
}

/// <summary>The sending end over any transport that carries a body there and an answer back.</summary>
public abstract class WirePeer : IPeer
{
    /// <summary>What the peer answered. <see cref="PeerUnavailableException"/> when nothing came back.</summary>
    protected abstract Task<(int Status, ReadOnlyMemory<byte> Body)> PostAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation);

    public async Task<FederationAnswer> SendAsync(FederationBatch batch, CancellationToken cancellation) =>
        (await AskAsync(new FederationRequest { Rows = batch }, cancellation)).Rows ?? throw Unusable();

    public async Task<AccountDigest> DigestAsync(string partition, CancellationToken cancellation) =>
        (await AskAsync(new FederationRequest { Digest = partition }, cancellation)).Digest ?? throw Unusable();

    public async Task<ImmutableArray<HeldRevision>> RevisionsAsync(string partition, string from, CancellationToken cancellation) =>
        (await AskAsync(new FederationRequest { Revisions = new RevisionsRequest(partition, from) }, cancellation)).Revisions
            ?? throw Unusable();

    private async Task<FederationResponse> AskAsync(FederationRequest request, CancellationToken cancellation)
    {
        var (status, body) =
            await PostAsync(JsonSerializer.SerializeToUtf8Bytes(request, FederationJson.Default.FederationRequest), cancellation);
        FederationResponse? response = null;
        try
        {
            response = JsonSerializer.Deserialize(body.Span, FederationJson.Default.FederationResponse);
        }
        catch (JsonException) when (status is not 200)
        {
            // A gateway's page: the status says enough.
        }
        catch (JsonException fault)
        {
            throw new PeerUnavailableException("the peer's answer is not JSON", fault);
        }

        return status is 200 && response is not null
            ? response
            : throw new PeerUnavailableException(
                $"the peer answered {status}{(response?.Error is { } error ? ": " + error : string.Empty)}");
    }

    private static PeerUnavailableException Unusable() => new("the peer's answer does not match the request");
}
