using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.KeyVault/vaults/secrets</c>: <c>attributes.exp</c> (absent: never), <c>created</c>, <c>enabled</c>, in seconds since 1970.
/// ARM shows no value of a secret, and says the same in lists.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.KeyVault 2024-11-01.</remarks>
public sealed class VaultSecretReader : FactReader
{
    private const long LongestSeconds = 366L * 24 * 60 * 60;

    public override string NativeType => "Microsoft.KeyVault/vaults/secrets";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.SecretRotation];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.ListedByParent()];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "properties.attributes.exp";
        var attributes = resource.Configuration["attributes"];
        var (created, expires) = (attributes["created"].Number, attributes["exp"].Number);
        facts.Add(new SecretRotationFacts(resource.Ref)
        {
            Replaced = (attributes.IsObject, attributes["exp"].Exists, expires, created) switch
            {
                (false, _, _, _) => Fact.Unknown("properties.attributes", "not in the answer"),
                (_, false, _, _) => Fact.False(Path, "(absent: never)"),
                (_, _, { } end, { } start) =>
                    new Fact(end - start <= LongestSeconds, Path, $"{(end - start) / 86400} days after it was made"),
                (_, _, null, _) => Fact.Unknown(Path, $"not a time: {attributes["exp"]}"),
                (_, _, _, null) => Fact.Unknown("properties.attributes.created", "not in the answer"),
            },
            OutOfReach = attributes["enabled"].Flag is false ? "the secret is disabled" : null,
        });
    }
}
