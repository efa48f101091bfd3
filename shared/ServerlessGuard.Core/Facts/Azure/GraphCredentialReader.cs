using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// Microsoft Graph applications and service principals: <c>passwordCredentials[]</c> with startDateTime and endDateTime. Dates like 2299
/// are in use.
/// </summary>
/// <remarks>Source: Microsoft Graph v1.0, passwordCredential resource type.</remarks>
public sealed class GraphCredentialReader(string nativeType) : FactReader
{
    /// <summary>Days that a password may be valid for.</summary>
    private const int LongestValidity = 180;

    public static IEnumerable<FactReader> All =>
        [new GraphCredentialReader(GraphTypes.Application), new GraphCredentialReader(GraphTypes.ServicePrincipal)];

    public override string NativeType { get; } = nativeType;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.StaticCredential];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "passwordCredentials";
        if (resource.Document["appId"].NonEmpty is { } appId && AwsApplicationFacts.Is(resource.Document))
        {
            facts.Add(new AwsApplicationFacts(resource.Ref, appId.ToLowerInvariant()));
        }

        var passwords = resource.Document[Path];
        if (!passwords.IsArray)
        {
            facts.Add(new StaticCredentialFacts(resource.Ref) { Stale = Fact.Unknown(Path, "not selected in the query") });
            Principal(resource, facts);
            return;
        }

        var stale = Fact.False(Path, $"{passwords.Items.Count} passwords, none old");
        var expired = 0;
        var old = 0;
        foreach (var password in passwords.Items)
        {
            var (fact, isExpired) = Judge(password, context);
            stale |= fact;
            expired += isExpired ? 1 : 0;
            old += fact.Value is true && !isExpired ? 1 : 0;
        }

        facts.Add(new CredentialHolderJoin(resource.Ref,
            new StaticCredentialFacts(resource.Ref) { Stale = stale, OnlyExpired = expired > 0 && old == 0 })
        {
            HasPassword = passwords.Items.Count > expired,
            AppId = resource.Document["appId"].NonEmpty?.ToLowerInvariant(),
            Principal = NativeType is GraphTypes.ServicePrincipal ? resource.Document["id"].NonEmpty?.ToLowerInvariant() : null,
        });
        Principal(resource, facts);
    }

    private void Principal(Resource resource, ICollection<SubjectFacts> facts)
    {
        if (NativeType is GraphTypes.ServicePrincipal && resource.Document["id"].NonEmpty is { } id
            && resource.Document["appId"].NonEmpty is { } app)
        {
            facts.Add(new ServicePrincipalFacts(resource.Ref, id.ToLowerInvariant(), app.ToLowerInvariant()));
        }
    }

    private static (Fact Fact, bool Expired) Judge(Doc password, FactContext context)
    {
        var start = AwsItemReader.Time(password["startDateTime"]);
        var end = AwsItemReader.Time(password["endDateTime"]);
        var path = $"passwordCredentials[{DocText.Shown(password["displayName"].NonEmpty ?? password["keyId"].NonEmpty ?? "unnamed")}]";
        if (end is { } until && until < context.Now)
        {
            return (Fact.True(path, $"expired on {until:yyyy-MM-dd}"), true);
        }

        if (start is not { } since)
        {
            return (Fact.Unknown(path, "its start is not in the answer"), false);
        }

        var age = context.Now - since;
        if (age > TimeSpan.FromDays(context.Settings.MaxKeyAgeDays))
        {
            return (Fact.True(path, $"{(int)age.TotalDays} days old (allowed: {context.Settings.MaxKeyAgeDays})"), false);
        }

        return end switch
        {
            null => (Fact.True(path, "never expires"), false),
            { } last when last - since > TimeSpan.FromDays(LongestValidity) =>
                (Fact.True(path, $"valid for {(int)(last - since).TotalDays} days (allowed: {LongestValidity})"), false),
            _ => (Fact.False(path, $"{(int)age.TotalDays} days old"), false),
        };
    }
}
