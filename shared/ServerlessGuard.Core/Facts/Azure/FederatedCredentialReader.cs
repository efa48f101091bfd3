using System.Text.RegularExpressions;
using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Trust;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Policies;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// Federated identity credentials, of a managed identity in ARM or of an application in Graph: <c>issuer</c>, <c>subject</c> or
/// <c>claimsMatchingExpression.value</c>, <c>audiences</c>. A classic subject is compared literally, so a <c>*</c> in it matches nothing.
/// </summary>
/// <remarks>
/// Source: REST API specification of Microsoft.ManagedIdentity 2024-11-30 and 2025-01-31-preview; "Flexible federated identity credentials"
/// (Microsoft Entra documentation).
/// </remarks>
public sealed partial class FederatedCredentialReader(string nativeType) : FactReader
{
    private static readonly string[] ExchangeAudiences =
    [
        "api://AzureADTokenExchange", "api://AzureADTokenExchangeUSGov", "api://AzureADTokenExchangeChina",
        "api://AzureADTokenExchangeUSNat",
        "api://AzureADTokenExchangeUSSec",
    ];

    public static IEnumerable<FactReader> All =>
    [
        new FederatedCredentialReader("Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials"),
        new FederatedCredentialReader(GraphTypes.FederatedCredential),
    ];

    public override string NativeType { get; } = nativeType;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.FederatedTrust, FactsKind.IdentityProvider];

    public override IReadOnlyList<AzureRoute> Routes =>
        NativeType is GraphTypes.FederatedCredential ? [] : [new AzureRoute.ListedByParent()];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var credential = resource.Configuration;
        var issuer = credential["issuer"].NonEmpty;
        facts.Add(CredentialIssuerJoin.Read(resource, issuer, context));
        if (issuer is null)
        {
            facts.Add(new FederatedTrustFacts(resource.Ref) { Pinned = Fact.Unknown("properties.issuer", "not in the answer") });
            return;
        }

        var shared = TokenIssuer.IsShared(issuer, context.Settings);
        var check = TrustCheck.Worse(TrustCheck.Worse(Issuer(issuer, context), Audience(credential["audiences"])),
            Subject(credential, TokenIssuer.Normal(issuer), shared));
        facts.Add(new FederatedTrustFacts(resource.Ref)
        {
            Pinned = check.Pinned,
            Breadth = check.Breadth,
            SubFindings = credential["subject"].Text is { } subject && Glob.HasWildcard(subject)
                ? [new SubFinding("broken-subject", Severity.Low, "The subject is compared literally: a wildcard in it matches no token.",
                    new Evidence("properties.subject", DocText.Shown(subject)))]
                : [],
        });
    }

    private static TrustCheck Issuer(string issuer, FactContext context)
    {
        const string Path = "properties.issuer";
        if (TokenIssuer.IsEveryTenant(issuer))
        {
            return new TrustCheck(Fact.False(Path, $"{DocText.Shown(issuer)} issues tokens for every tenant"), Severity.Critical);
        }

        return context.Settings.ApprovedIdentityProviders is { } approved && !approved.Any(entry => TokenIssuer.IsWithin(issuer, entry))
            ? new TrustCheck(Fact.False(Path, $"{DocText.Shown(issuer)} is not in approvedIdentityProviders"), Severity.High)
            : new TrustCheck(Fact.True(Path, DocText.Shown(issuer)), null);
    }

    private static TrustCheck Audience(Doc audiences)
    {
        const string Path = "properties.audiences";
        var given = audiences.OneOrMany().Select(audience => audience.Text).OfType<string>().ToList();
        var other = given.Find(audience => !ExchangeAudiences.Contains(audience, StringComparer.OrdinalIgnoreCase));
        return (given.Count, other) switch
        {
            (0, _) => new TrustCheck(Fact.Unknown(Path, "not in the answer"), null),
            (_, { } wrong) => new TrustCheck(Fact.False(Path, DocText.Shown(wrong)), Severity.High),
            _ => new TrustCheck(Fact.True(Path, given[0]), null),
        };
    }

    private static TrustCheck Subject(Doc credential, string issuer, bool shared)
    {
        const string Path = "properties.subject";
        if (credential["subject"].NonEmpty is { } subject)
        {
            var others = SubjectPattern.Breadth(subject, issuer, readsWildcards: false, shared)
                ?? (IsAnyPullRequest(subject) ? Severity.Medium : null);
            return others is { } anyone
                ? new TrustCheck(Fact.False(Path, DocText.Shown(subject)), anyone)
                : new TrustCheck(Fact.True(Path, DocText.Shown(subject)), null);
        }

        if (credential["claimsMatchingExpression"]["value"].NonEmpty is not { } expression)
        {
            return new TrustCheck(
                Fact.Unknown("properties.claimsMatchingExpression",
                    "neither a subject nor an expression is in the answer: read it with API 2025-01-31-preview"), null);
        }

        return Expression(expression, issuer, shared);
    }

    /// <summary>Any pull request of the repository, whoever opened it, carries this one subject.</summary>
    private static bool IsAnyPullRequest(string subject) => subject.EndsWith(":pull_request", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// <c>claims['sub'] matches 'repo:org/name:*' and claims['job_workflow_ref'] eq '…'</c>: all tests are required, so the narrowest
    /// counts.
    /// </summary>
    private static TrustCheck Expression(string expression, string issuer, bool shared)
    {
        const string Path = "properties.claimsMatchingExpression.value";
        var tests = Claim().Matches(expression).ToList();
        var subject = tests.Find(test => test.Groups["claim"].Value.Equals("sub", StringComparison.OrdinalIgnoreCase));
        if (subject is null)
        {
            return new TrustCheck(Fact.False(Path, $"no test of the subject: {DocText.Shown(expression)}"),
                shared ? Severity.Critical : Severity.High);
        }

        var readsWildcards = subject.Groups["operator"].Value.Equals("matches", StringComparison.OrdinalIgnoreCase);
        var value = subject.Groups["value"].Value;
        var fixedWorkflow = tests.Exists(test => test.Groups["claim"].Value.Equals("job_workflow_ref", StringComparison.OrdinalIgnoreCase)
            && (test.Groups["operator"].Value.Equals("eq", StringComparison.OrdinalIgnoreCase)
                || !Glob.HasWildcard(test.Groups["value"].Value)));
        var breadth = SubjectPattern.Breadth(value, issuer, readsWildcards, shared)
            ?? (!fixedWorkflow && (IsAnyPullRequest(value) || readsWildcards && Glob.HasWildcard(value)) ? Severity.Medium : null);
        return breadth is { } wide
            ? new TrustCheck(Fact.False(Path, DocText.Shown(expression)), wide)
            : new TrustCheck(Fact.True(Path, DocText.Shown(expression)), null);
    }

    [GeneratedRegex(@"claims\[\s*['""](?<claim>[^'""]+)['""]\s*\]\s+(?<operator>eq|matches)\s+['""](?<value>[^'""]*)['""]",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Claim();
}
