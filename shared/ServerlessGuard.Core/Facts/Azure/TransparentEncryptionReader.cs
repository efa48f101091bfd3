using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>…/databases/transparentDataEncryption</c>: <c>state</c> (older: <c>status</c>). <c>master</c> is never encrypted this way.
/// </summary>
/// <remarks>Source: REST API specification of Microsoft.Sql 2023-08-01 and 2014-04-01.</remarks>
public sealed class TransparentEncryptionReader : FactReader
{
    public override string NativeType => "Microsoft.Sql/servers/databases/transparentDataEncryption";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.DatabaseEncryption];

    public override IReadOnlyList<AzureRoute> Routes =>
        [new AzureRoute.FollowsParent("Microsoft.Sql/servers/databases", "/transparentDataEncryption/current")];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var properties = resource.Configuration;
        var (state, path) = properties["state"].Exists
            ? (properties["state"], "properties.state")
            : (properties["status"], "properties.status");
        facts.Add(new DatabaseEncryptionFacts(resource.Ref)
        {
            Encrypted = state.Exists
                ? new Fact(state.Is("Enabled"), path, state.ToString())
                : Fact.Unknown("properties.state", "not in the answer"),
            OutOfReach = resource.Ref.Key.Contains("/databases/master/", StringComparison.Ordinal)
                ? "the master database is not encrypted by TDE"
                : null,
        });
    }
}
