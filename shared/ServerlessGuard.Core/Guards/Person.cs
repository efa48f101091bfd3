namespace ServerlessGuard.Guards;

/// <summary>Who decided.</summary>
/// <param name="Id">What the list of approvers names: <c>slack:U024BE7LH</c>, <c>entra:sam@acme.example</c>, <c>local:sam</c>,
/// <c>teams-link</c>.</param>
/// <param name="Groups">Groups that the endpoint knows the person to be in, <c>slack-group:S0123</c>; null: none.</param>
public sealed record Person(string Name, string Id, IReadOnlyList<string>? Groups = null)
{
    /// <summary>How the id of an operator ends who could not show who they are: <c>local:sam (unverified)</c>.</summary>
    public const string Unverified = " (unverified)";
}
