namespace ServerlessGuard.Chat.Secrets;

/// <summary>Asks the store that a reference belongs to. A host has the stores of its own cloud, or both.</summary>
/// <param name="aws">Null: no ARN is understood here.</param>
/// <param name="azure">Null: no vault is understood here.</param>
public sealed class ReferencedSecrets(ISecretStore? aws, ISecretStore? azure) : ISecretStore
{
    public Task<string> ReadAsync(string reference, CancellationToken cancellation) =>
        (reference.StartsWith("arn:", StringComparison.Ordinal) ? aws : azure)?.ReadAsync(reference, cancellation)
        ?? Task.FromException<string>(new SecretException("the reference is to a store that this host does not use"));
}
