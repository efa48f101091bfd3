namespace ServerlessGuard.Chat.Secrets;

/// <summary>A signing key by reference: the current one, and for a while what it was before.</summary>
public sealed class SecretKeys(ISecrets secrets, string reference) : IKeyring
{
    public async ValueTask<IReadOnlyList<string>> KeysAsync(bool fresh, CancellationToken cancellation)
    {
        try
        {
            var value = await secrets.GetAsync(reference, fresh, cancellation);
            return value.Previous is { } previous ? [value.Current, previous] : [value.Current];
        }
        catch (SecretException)
        {
            // Without a key nothing verifies: the request is refused, which is the safe answer.
            return [];
        }
    }
}
