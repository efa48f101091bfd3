using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>What the credential report, or GetAccountSummary, says of an account's root user.</summary>
public sealed record RootFacts(ResourceRef Subject) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource(AwsAnswerTypes.CredentialReportRow) { Live = LiveRead.RootCredentials };

    public required bool? HasKeys { get; init; }
    public required bool? HasMfa { get; init; }

    /// <summary>Null: not said, as in most reports. A member account may have none under central root management.</summary>
    public required bool? HasPassword { get; init; }

    /// <summary>Null: never, if <see cref="IsUseObserved"/>.</summary>
    public DateTimeOffset? LastSignIn { get; init; }

    public bool IsUseObserved { get; init; }

    public override IEnumerable<string> JoinKeys => [Subject.Account ?? Subject.Id];

    public static RootFacts OfReport(Resource row)
    {
        var (first, second) = (row.Configuration["access_key_1_active"].Flag, row.Configuration["access_key_2_active"].Flag);
        return new RootFacts(row.Ref)
        {
            HasKeys = first is true || second is true ? true : first | second,
            HasMfa = row.Configuration["mfa_active"].Flag,
            HasPassword = row.Configuration["password_enabled"].Flag,
            LastSignIn = AwsTime.Read(row.Configuration["password_last_used"]),
            IsUseObserved = AwsTime.Read(row.Configuration["password_last_used"]) is not null
                || row.Configuration["password_last_used"].Is("N/A") || row.Configuration["password_last_used"].Is("no_information"),
        };
    }

    public static RootFacts OfSummary(Resource summary)
    {
        bool? Some(string name) => summary.Configuration[name].Number is { } count ? count > 0 : null;
        return new RootFacts(summary.Ref)
        {
            HasKeys = Some("AccountAccessKeysPresent"),
            HasMfa = Some("AccountMFAEnabled"),
            HasPassword = Some("AccountPasswordPresent"),
        };
    }
}

/// <summary>The counts of GetAccountSummary.</summary>
public sealed class AccountSummaryReader : FactReader
{
    public override string NativeType => AwsAnswerTypes.AccountSummary;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        facts.Add(RootFacts.OfSummary(resource));
        facts.Add(AccountRootJoin.Of(resource.Ref));
    }
}

/// <summary>Whether the root users of an organisation's accounts are managed centrally, as ListOrganizationsFeatures says.</summary>
public sealed record CentralRootFacts(ResourceRef Subject, Fact IsManaged) : NeighbourFacts(Subject), INeighbour
{
    /// <summary>A scan holds one organisation.</summary>
    public const string Organization = "organization";

    public static Source Source { get; } = new Source.Given("only the organisation's own account may ask, so no host does");

    public override IEnumerable<string> JoinKeys => [Organization];
}

/// <summary>The answer of ListOrganizationsFeatures: <c>EnabledFeatures</c> with <c>RootCredentialsManagement</c>.</summary>
public sealed class OrganizationFeaturesReader : FactReader
{
    public override string NativeType => AwsAnswerTypes.OrganizationFeatures;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        const string Path = "EnabledFeatures";
        var features = resource.Configuration[Path].Items.All().Select(feature => feature.Text).OfType<string>().ToList();
        var isManaged = features.Contains("RootCredentialsManagement", StringComparer.OrdinalIgnoreCase);
        facts.Add(new CentralRootFacts(resource.Ref, new Fact(isManaged, Path, DocText.Shown(string.Join(", ", features)))));
    }
}
