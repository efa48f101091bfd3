using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// A row of the credential report. The user it is about is judged even when its configuration item is not in the scan; root's row is about
/// the account.
/// </summary>
public sealed class CredentialRowReader : FactReader
{
    public override string NativeType => AwsAnswerTypes.CredentialReportRow;

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.TopAccess];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var row = resource.Configuration;
        if (row["user"].Is("<root_account>"))
        {
            facts.Add(RootFacts.OfReport(resource));
            facts.Add(AccountRootJoin.Of(resource.Ref));
            return;
        }

        facts.Add(new CredentialRowFacts(resource.Ref)
        {
            PasswordEnabled = row["password_enabled"].Flag,
            HasMfa = row["mfa_active"].Flag,
            First = Key(row, "access_key_1"),
            Second = Key(row, "access_key_2"),
        });
        foreach (var kind in (ReadOnlySpan<FactsKind>)[FactsKind.HumanAccess, FactsKind.SecondFactor, FactsKind.StaticCredential])
        {
            facts.Add(new UserJoin(resource.Ref with { NativeType = "AWS::IAM::User" }, kind) { FromItem = false });
        }
    }

    private static AccessKey? Key(Doc row, string prefix) => row[prefix + "_active"].Flag is { } active
        ? new AccessKey(active, AwsTime.Read(row[prefix + "_last_rotated"]), AwsTime.Read(row[prefix + "_last_used_date"]),
            UseObserved: row[prefix + "_last_used_date"].Exists)
        : null;
}

/// <summary>An element of ListAccessKeys.</summary>
public sealed class AccessKeyReader : FactReader
{
    public override string NativeType => AwsAnswerTypes.AccessKey;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.Configuration["UserName"].NonEmpty is { } user)
        {
            var key = new AccessKey(resource.Configuration["Status"].Is("Active"), AwsTime.Read(resource.Configuration["CreateDate"]), null,
                UseObserved: false);
            facts.Add(new AccessKeyFacts(resource.Ref, user, key));
            facts.Add(AnswerSubject.Of(resource, user, FactsKind.StaticCredential));
        }
    }
}

/// <summary>The answer of GetLoginProfile.</summary>
public sealed class LoginProfileReader : FactReader
{
    public override string NativeType => AwsAnswerTypes.LoginProfile;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.Configuration["UserName"].NonEmpty is { } user)
        {
            facts.Add(new LoginProfileFacts(resource.Ref, user));
            facts.Add(AnswerSubject.Of(resource, user, FactsKind.HumanAccess));
            facts.Add(AnswerSubject.Of(resource, user, FactsKind.SecondFactor));
        }
    }
}

/// <summary>An element of ListMFADevices.</summary>
public sealed class MfaDeviceReader : FactReader
{
    public override string NativeType => AwsAnswerTypes.MfaDevice;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.Configuration["UserName"].NonEmpty is { } user)
        {
            facts.Add(new MfaDeviceFacts(resource.Ref, user));
        }
    }
}

/// <summary>An element of ListServiceSpecificCredentials.</summary>
public sealed class ServiceCredentialReader : FactReader
{
    public override string NativeType => AwsAnswerTypes.ServiceCredential;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.Configuration["UserName"].NonEmpty is { } user)
        {
            facts.Add(new ServiceCredentialFacts(resource.Ref, user)
            {
                IsBedrock = resource.Configuration["ServiceName"].Is("bedrock.amazonaws.com"),
                Active = resource.Configuration["Status"].Is("Active"),
                Expires = AwsTime.Read(resource.Configuration["ExpirationDate"]),
            });
            facts.Add(AnswerSubject.Of(resource, user, FactsKind.ModelKey));
        }
    }
}

/// <summary>The user that an answer is about, where its configuration item is not in the scan: known by its name only.</summary>
internal static class AnswerSubject
{
    public static UserJoin Of(Resource answer, string user, FactsKind wanted) => new(answer.Ref with
    {
        NativeType = "AWS::IAM::User",
        Id = answer.Ref.Account is { } account ? $"arn:aws:iam::{account}:user/{user}" : $"AWS::IAM::User/{user}",
        Name = user,
    }, wanted)
    {
        FromItem = false,
    };
}
