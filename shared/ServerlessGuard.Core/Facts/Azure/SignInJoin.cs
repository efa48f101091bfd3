using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>A directory, waiting for its conditional access policies and its security defaults, which exclude each other.</summary>
public sealed record SignInJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    /// <summary>What everything of a directory is joined by: a scan holds one directory.</summary>
    public const string Directory = "directory";

    /// <summary>Windows Azure Service Management API: the portal, the command lines and Resource Manager.</summary>
    private const string Management = "797f4846-ba00-4fd7-ba43-dac1f8f63013";

    public override FactsKind Kind => FactsKind.SecondFactor;

    public override bool IsShared => true;

    public static SignInJoin Of(Resource resource) => new(new ResourceRef
    {
        Provider = Provider.Azure,
        NativeType = "Microsoft.Graph/organization",
        Id = "/organization",
        Account = resource.Ref.Account,
        Region = "global",
        Name = Directory,
    });

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var policies = neighbours.Of<ConditionalAccessFacts>(Directory).ToList();
        var applications = neighbours.Of<AwsApplicationFacts>(Directory).Select(app => app.AppId).Order(StringComparer.Ordinal);
        var defaults = neighbours.One<SecurityDefaultsFacts>(Directory)?.Enabled
            ?? (policies.Exists(policy => policy.IsEnabled)
                ? Fact.False("identitySecurityDefaultsEnforcementPolicy", "off, since a conditional access policy is on")
                : Fact.Unknown("identitySecurityDefaultsEnforcementPolicy",
                    "the security defaults are not among the Graph objects of the scan"));
        var covered = applications.Prepend(Management)
            .Select(application => Covered(application, policies, neighbours)).Aggregate((all, one) => all & one);
        return new SecondFactorFacts(Subject) { PasswordIsEnough = (defaults | covered).Not };
    }

    private static Fact Covered(string application, List<ConditionalAccessFacts> policies, Neighbours neighbours)
    {
        var name = application is Management ? "Azure management" : $"the sign-in to AWS ({application})";
        if (policies.Count == 0)
        {
            return Fact.Unknown("conditionalAccess/policies", "no conditional access policy is among the Graph objects of the scan");
        }

        var covered = Fact.False("conditionalAccess/policies",
            $"none of {policies.Count} requires a second factor of everybody for {name}");
        foreach (var policy in policies.Where(policy => policy is { IsEnabled: true, Gap: null } && policy.Covers(application)))
        {
            covered |= policy.ExcludedPeople.Aggregate(
                Fact.True(policy.Subject.Id, name), (sofar, person) => sofar & IsEmergency(person, neighbours));
        }

        return covered;
    }

    /// <summary>A user's id or the name of an emergency account; a group of which every member is one.</summary>
    private static Fact IsEmergency(string id, Neighbours neighbours)
    {
        var emergency = neighbours.Context.Settings.BreakGlassUsers;
        if (emergency.Contains(id))
        {
            return Fact.True("breakGlassUsers", id);
        }

        if (neighbours.One<GraphUserFacts>(id) is { } user)
        {
            return new Fact(user.PrincipalName is { } name && emergency.Contains(name), "conditions.users.excludeUsers",
                DocText.Shown(user.PrincipalName ?? id));
        }

        return neighbours.One<GraphGroupFacts>(id) is { Members: { } members, GoesOn: false }
            ? members.Aggregate(Fact.True("conditions.users.excludeGroups", id), (sofar, member) => sofar
                & (member.IsGroup
                    ? Fact.Unknown("conditions.users.excludeGroups", "a group inside a group")
                    : IsEmergency(member.Id, neighbours)))
            : Fact.Unknown("conditions.users",
                $"who {DocText.Shown(id)} is, whom a policy leaves out, is not among the Graph objects of the scan");
    }
}

/// <summary>Whether the directory's security defaults are on: everybody registers a second factor, and management asks for it.</summary>
public sealed record SecurityDefaultsFacts(ResourceRef Subject, Fact Enabled) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("no host may read Microsoft Graph");

    public override IEnumerable<string> JoinKeys => [SignInJoin.Directory];
}

/// <summary>Microsoft Graph <c>policies/identitySecurityDefaultsEnforcementPolicy</c>: <c>isEnabled</c>.</summary>
/// <remarks>Source: Microsoft Graph v1.0, identitySecurityDefaultsEnforcementPolicy resource type.</remarks>
public sealed class SecurityDefaultsReader : FactReader
{
    public override string NativeType => GraphTypes.SecurityDefaults;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.SecondFactor];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        facts.Add(new SecurityDefaultsFacts(resource.Ref,
            Fact.Of(resource.Document["isEnabled"], "identitySecurityDefaultsEnforcementPolicy.isEnabled")));
        facts.Add(SignInJoin.Of(resource));
    }
}

/// <summary>An enterprise application through which people sign in to AWS, known by where it sends them.</summary>
public sealed record AwsApplicationFacts(ResourceRef Subject, string AppId) : NeighbourFacts(Subject), INeighbour
{
    private static readonly string[] Addresses = ["replyUrls", "servicePrincipalNames", "identifierUris"];

    public static Source Source { get; } = new Source.Given("no host may read Microsoft Graph");

    public override IEnumerable<string> JoinKeys => [SignInJoin.Directory];

    /// <summary>Reply addresses and identifiers of service principals and applications.</summary>
    public static bool Is(Doc application) => Addresses
        .SelectMany(list => application[list].OneOrMany()).Select(address => address.Text).OfType<string>()
        .Any(address => Uri.TryCreate(address, UriKind.Absolute, out var uri)
            && (uri.Host.Equals("signin.aws.amazon.com", StringComparison.OrdinalIgnoreCase)
                || uri.Host.EndsWith(".signin.aws.amazon.com", StringComparison.OrdinalIgnoreCase)
                || uri.Host.EndsWith(".signin.aws", StringComparison.OrdinalIgnoreCase)));
}
