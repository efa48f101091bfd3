using System.Collections.Immutable;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>An IAM user, waiting for what the credential report and IAM's answers say about it.</summary>
public sealed record UserJoin(ResourceRef Subject, FactsKind Wanted) : JoinedFacts(Subject)
{
    private const string Report = "credential report (iam get-credential-report)";

    public override FactsKind Kind => Wanted;

    public required bool FromItem { get; init; }
    public string? UserName { get; init; }
    public string? Arn { get; init; }
    /// <summary>Through the user's own policies.</summary>
    public bool Administrator { get; init; }

    public ImmutableArray<string> Groups { get; init; } = [];
    public ImmutableArray<string> CustomerPolicies { get; init; } = [];

    private string? Name => UserName ?? Subject.Name;

    public override SubjectFacts? Complete(Neighbours neighbours)
    {
        if (!FromItem
            && (neighbours.Has<UserItemFacts>(Subject.Id) || neighbours.Of<UserItemFacts>(Name).Any(answer => IsMine(answer, neighbours))))
        {
            return null;
        }

        return Wanted switch
        {
            FactsKind.HumanAccess => Human(neighbours, Row(neighbours)),
            FactsKind.SecondFactor => SecondFactor(neighbours, Row(neighbours)),
            FactsKind.StaticCredential => Credential(neighbours, Row(neighbours)),
            _ => ModelKey(neighbours),
        };
    }

    /// <summary>Rows are about an ARN; IAM is asked by the name.</summary>
    private CredentialRowFacts? Row(Neighbours neighbours) => neighbours.One<CredentialRowFacts>(Arn ?? Subject.Id, Name ?? string.Empty);

    private HumanAccessFacts Human(Neighbours neighbours, CredentialRowFacts? row)
    {
        var isException = Name is { } name && neighbours.Context.Settings.MaySignInOtherwise(name);
        return new HumanAccessFacts(Subject)
        {
            OutsideIdentityProvider = isException ? Fact.False("breakGlassUsers, identity.exceptions", Name!) : Password(neighbours, row),
            Administrator = IsAdministrator(neighbours),
        };
    }

    private Fact Password(Neighbours neighbours, CredentialRowFacts? row) => row?.PasswordEnabled is { } enabled
        ? new Fact(enabled, "credential report: password_enabled", enabled ? "true" : "false")
        : neighbours.Of<LoginProfileFacts>(Name).Any(answer => IsMine(answer, neighbours))
            ? Fact.True("GetLoginProfile", "a console password")
            : Fact.Unknown("login profile", $"no configuration item shows a console password: include the {Report} in the scan");

    /// <summary>An emergency account needs its second factor most of all.</summary>
    private SecondFactorFacts SecondFactor(Neighbours neighbours, CredentialRowFacts? row)
    {
        var factor = row?.HasMfa is { } active
            ? new Fact(active, "credential report: mfa_active", active ? "true" : "false")
            : neighbours.Of<MfaDeviceFacts>(Name).Any(answer => IsMine(answer, neighbours))
                ? Fact.True("ListMFADevices", "a device")
                : Fact.Unknown("mfa_active", $"no configuration item shows MFA devices: include the {Report} in the scan");
        return new SecondFactorFacts(Subject) { PasswordIsEnough = factor.Not & Password(neighbours, row) };
    }

    private StaticCredentialFacts Credential(Neighbours neighbours, CredentialRowFacts? row)
    {
        var listed = neighbours.Of<AccessKeyFacts>(Name).Where(answer => IsMine(answer, neighbours)).Select(key => key.AccessKey).ToList();
        var keys = row is null ? listed : new[] { row.First, row.Second }.OfType<AccessKey>().ToList();
        return new StaticCredentialFacts(Subject)
        {
            Stale = keys.Count == 0
                ? Fact.Unknown("access keys", $"no configuration item shows access keys: include the {Report} in the scan")
                : AccessKeyAge.Stale(keys, neighbours.Context),
            Administrator = IsAdministrator(neighbours),
        };
    }

    /// <summary>What the scan knows of the user's rights; it only raises the severity, so what is missing stays quiet.</summary>
    private bool IsAdministrator(Neighbours neighbours)
    {
        var groups = Groups.SelectMany(group => neighbours.Of<GroupFacts>(group)).Where(answer => IsMine(answer, neighbours)).ToList();
        return Administrator || groups.Exists(group => group.Administrator)
            || CustomerPolicies.Concat(groups.SelectMany(group => group.CustomerPolicies))
                .Any(policy => neighbours.One<ManagedPolicyFacts>(policy)?.Administrator.Value is true);
    }

    private ModelKeyFacts ModelKey(Neighbours neighbours)
    {
        const string Path = "ListServiceSpecificCredentials";
        var credentials = neighbours.Of<ServiceCredentialFacts>(Name).Where(answer => IsMine(answer, neighbours)).ToList();
        // The one that lives longest is the worst.
        var active = credentials.Where(credential => credential is { IsBedrock: true, Active: true })
            .MaxBy(credential => credential.Expires ?? DateTimeOffset.MaxValue);
        var never = active is not null && (active.Expires is not { } expires || expires > neighbours.Context.Now.AddYears(10));
        return new ModelKeyFacts(Subject)
        {
            AcceptsStaticKey = active is not null
                ? Fact.True(Path,
                    $"an active key for bedrock.amazonaws.com, "
                        + $"{(active.Expires is { } end ? $"expires {end:yyyy-MM-dd}" : "never expires")}")
                : credentials.Count > 0
                    ? Fact.False(Path, "no active key for bedrock.amazonaws.com")
                    : Fact.Unknown(Path,
                        "no configuration item shows service-specific credentials: include the output of list-service-specific-credentials "
                            + "in the scan"),
            NeverExpires = never,
        };
    }

    /// <summary>
    /// IAM's answers name the user, not the account; where two accounts of the scan have a user of that name, such an answer is nobody's.
    /// </summary>
    private bool IsMine(NeighbourFacts answer, Neighbours neighbours) => answer.Subject.Account is { } account
        ? Subject.Account is null || account == Subject.Account
        : neighbours.Of<UserItemFacts>(Name).Select(user => user.Subject.Account).Distinct(StringComparer.Ordinal).Count() < 2;
}
