using System.Globalization;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>An account, waiting for what is known of its root user.</summary>
public sealed record AccountRootJoin(ResourceRef Subject) : JoinedFacts(Subject)
{
    /// <summary>Days in which a sign-in of root counts as use.</summary>
    private const int UsedDays = 30;

    private const string Report = "include the credential report (iam get-credential-report) in the scan";

    public override FactsKind Kind => FactsKind.TopAccess;

    public override bool IsShared => true;

    public static AccountRootJoin Of(ResourceRef about) => new(about.Account is { } account
        ? ResourceRef.AwsAccount(account)
        : new ResourceRef { Provider = Provider.Aws, NativeType = "AWS::::Account", Id = about.Id, Region = "global" });

    public override SubjectFacts Complete(Neighbours neighbours)
    {
        var known = neighbours.Of<RootFacts>(Subject.Id).ToList();
        var keys = Known(known.Select(root => root.HasKeys), "root: access keys");
        var factor = Known(known.Select(root => root.HasMfa), "root: mfa_active");
        // A report says "not_supported" for root's password: as far as is known, there is one.
        var password = known.Select(root => root.HasPassword).FirstOrDefault(has => has is not null) is not false;
        var armed = keys | (password || keys.Value is not false ? factor.Not : Fact.False("root: password_enabled", "no credentials"))
            | SignedIn(known, password, neighbours.Context.Now);
        return new TopAccessFacts(Subject)
        {
            Armed = neighbours.One<CentralRootFacts>(CentralRootFacts.Organization) is { } central ? armed | central.IsManaged.Not : armed,
        };
    }

    private static Fact Known(IEnumerable<bool?> observed, string path) => observed.FirstOrDefault(one => one is not null) is { } value
        ? new Fact(value, path, value ? "true" : "false")
        : Fact.Unknown(path, "no configuration item shows the root user: " + Report);

    private static Fact SignedIn(List<RootFacts> known, bool password, DateTimeOffset now)
    {
        const string Path = "root: password_last_used";
        if (!known.Exists(root => root.IsUseObserved))
        {
            return password ? Fact.Unknown(Path, "when root signed in is not known: " + Report) : Fact.False(Path, "no password");
        }

        return known.Max(root => root.LastSignIn) is not { } last
            ? Fact.False(Path, "never")
            : new Fact(now - last <= TimeSpan.FromDays(UsedDays), Path, last.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
    }
}
