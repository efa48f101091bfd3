using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>A user's row of the credential report.</summary>
public sealed record CredentialRowFacts(ResourceRef Subject) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource(AwsAnswerTypes.CredentialReportRow)
        { Live = LiveRead.UserCredentials, IsFresh = true };

    public required bool? PasswordEnabled { get; init; }
    public required bool? HasMfa { get; init; }
    public required AccessKey? First { get; init; }
    public required AccessKey? Second { get; init; }

    public override IEnumerable<string> JoinKeys => [Subject.Id];
}

/// <summary>An access key: when it was made, and when it was last used where the source says so.</summary>
/// <param name="Active">Status Active; Inactive and Expired are not.</param>
/// <param name="LastUsed">Null: never, if <paramref name="UseObserved"/>.</param>
/// <param name="UseObserved">ListAccessKeys does not carry the last use; the credential report does.</param>
public sealed record AccessKey(bool Active, DateTimeOffset? Created, DateTimeOffset? LastUsed, bool UseObserved);

/// <summary>One key of ListAccessKeys.</summary>
public sealed record AccessKeyFacts(ResourceRef Subject, string User, AccessKey AccessKey) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("a host reads a user's keys as a row of the credential report");

    public override IEnumerable<string> JoinKeys => [User];
}

/// <summary>A login profile: the user has a console password.</summary>
public sealed record LoginProfileFacts(ResourceRef Subject, string User) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("a host reads a user's password as a row of the credential report");

    public override IEnumerable<string> JoinKeys => [User];
}

/// <summary>One credential of ListServiceSpecificCredentials.</summary>
public sealed record ServiceCredentialFacts(ResourceRef Subject, string User) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new AwsSource(AwsAnswerTypes.ServiceCredential)
        { Live = LiveRead.ServiceCredentials, IsFresh = true };

    public required bool IsBedrock { get; init; }
    public required bool Active { get; init; }
    public required DateTimeOffset? Expires { get; init; }

    public override IEnumerable<string> JoinKeys => [User];
}

/// <summary>One device of ListMFADevices: the user has a second factor.</summary>
public sealed record MfaDeviceFacts(ResourceRef Subject, string User) : NeighbourFacts(Subject), INeighbour
{
    public static Source Source { get; } = new Source.Given("a host reads a user's devices as a row of the credential report");

    public override IEnumerable<string> JoinKeys => [User];
}
