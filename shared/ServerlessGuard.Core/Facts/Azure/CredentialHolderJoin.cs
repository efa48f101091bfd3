using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>An application's or service principal's passwords, waiting for its sign-ins and its roles.</summary>
public sealed record CredentialHolderJoin(ResourceRef Subject, StaticCredentialFacts Own) : JoinedFacts(Subject)
{
    /// <summary>Days without a sign-in after which a principal is unused.</summary>
    private const int UnusedDays = 45;

    public override FactsKind Kind => FactsKind.StaticCredential;

    public override bool NeedsNobody => !HasPassword;

    /// <summary>A password that has not expired.</summary>
    public required bool HasPassword { get; init; }

    public required string? AppId { get; init; }

    /// <summary>The service principal's own id; an application's principals are found by <see cref="AppId"/>.</summary>
    public required string? Principal { get; init; }

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var principals = Principal is null ? neighbours.Of<ServicePrincipalFacts>(AppId).Select(principal => principal.Id) : [Principal];
        return Own with
        {
            Stale = HasPassword && Unused(neighbours) is { } unused ? Own.Stale | unused : Own.Stale,
            Administrator = principals.SelectMany(principal => neighbours.Of<RoleAssignmentFacts>(principal))
                .Any(assignment => assignment.IsBroad && BuiltInRoles.Administrator(assignment.RoleDefinitionId) is not null),
        };
    }

    private Fact? Unused(Neighbours neighbours)
    {
        if (neighbours.One<SignInFacts>(AppId)?.Last is not { } last)
        {
            return null;
        }

        var days = (int)(neighbours.Context.Now - last).TotalDays;
        return new Fact(days > UnusedDays, "servicePrincipalSignInActivities: lastSignInDateTime", $"{days} days ago");
    }
}

/// <summary>A service principal of an application.</summary>
public sealed record ServicePrincipalFacts(ResourceRef Subject, string Id, string AppId) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("no host may read Microsoft Graph");

    public override IEnumerable<string> JoinKeys => [AppId];
}

/// <summary>When an application's principal last signed in.</summary>
public sealed record SignInFacts(ResourceRef Subject, string AppId, DateTimeOffset? Last) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("no host may read Microsoft Graph");

    public override IEnumerable<string> JoinKeys => [AppId];
}

/// <summary>A row of Microsoft Graph's <c>reports/servicePrincipalSignInActivities</c>.</summary>
/// <remarks>Source: Microsoft Graph beta, servicePrincipalSignInActivity resource type.</remarks>
public sealed class SignInReader : FactReader
{
    public override string NativeType => GraphTypes.SignInActivity;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.Document["appId"].NonEmpty is { } app)
        {
            facts.Add(new SignInFacts(resource.Ref, app.ToLowerInvariant(),
                AwsItemReader.Time(resource.Document["lastSignInActivity", "lastSignInDateTime"])));
        }
    }
}
