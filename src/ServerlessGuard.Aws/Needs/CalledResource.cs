using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>
/// The resource that an API call has changed, as it is now. Which calls are followed, and whose state is read after them, is the core's
/// data (<see cref="LiveReads"/>): whatever else CloudTrail delivers is counted and left to Config.
/// </summary>
public sealed class CalledResource(ConfigInventory inventory, LiveReader live)
{
    public static bool Follows(Doc detail) => Calls(detail) is not null;

    /// <summary>Null when nothing can be said of it before its own item comes.</summary>
    /// <param name="detail">Of a call that is followed.</param>
    /// <exception cref="CloudCallException">The state could not be read.</exception>
    /// <exception cref="PoisonEventException">The call does not say what it was about.</exception>
    public async Task<Resource?> ReadAsync(Doc detail, string account, CancellationToken cancellation)
    {
        var calls = Calls(detail)!;
        var named = calls.NamedAt.Select(path => At(detail, path)).FirstOrDefault(name => name is not null);

        // Root that acts on itself names nobody.
        if (named is null && calls.NativeType is "AWS::IAM::User" && detail["userIdentity", "type"].Is("Root"))
        {
            return await RootAsync(detail, account, cancellation);
        }

        var name = named
            ?? throw new PoisonEventException($"{detail["eventName"]} names no resource of {calls.NativeType}");
        if (calls.State is not { } state)
        {
            return await ItemAsync(calls, detail, name, account, cancellation);
        }

        var about = new ResourceRef { Provider = Provider.Aws, NativeType = calls.NativeType, Id = name, Account = account, Name = name };
        return await live.ReadAsync(state, new LiveTarget(RegionOf(detail), about, name, name), cancellation) is [var read, ..]
            ? read
            : null;
    }

    private async Task<Resource?> RootAsync(Doc detail, string account, CancellationToken cancellation) =>
        await live.ReadAsync(LiveRead.RootCredentials, new LiveTarget(RegionOf(detail), ResourceRef.AwsAccount(account), account, account),
            cancellation) is [var root, ..] ? root : null;

    /// <summary>What works in all regions is called in any of them, by its ARN, and recorded in its own.</summary>
    private async Task<Resource?> ItemAsync(ApiCalls calls, Doc detail, string name, string account, CancellationToken cancellation)
    {
        var isArn = Arn.TryParse(name, out var arn);
        var region = calls.In is ConfigPlace.Home
            ? AwsRegion.Home : isArn ? AwsRegion.Find(arn.Region) ?? RegionOf(detail) : RegionOf(detail);
        var where = $"resourceType = {ConfigInventory.Quoted(calls.NativeType)} AND {(isArn ? "arn" : "resourceName")} = "
            + $"{ConfigInventory.Quoted(name)} "
            + $"AND accountId = {ConfigInventory.Quoted(account)}";
        return await inventory.SelectAsync(region, where, cancellation) is [var found, ..] ? found : null;
    }

    /// <summary>Asked elsewhere, the service knows no such thing, and it would pass for deleted.</summary>
    private static AwsRegion RegionOf(Doc detail) =>
        AwsRegion.Find(detail["awsRegion"].NonEmpty) ?? throw new PoisonEventException($"{detail["eventName"]} says no region");

    private static ApiCalls? Calls(Doc detail) => detail["eventSource"].Text is { } source && detail["eventName"].Text is { } name
        ? LiveReads.Calls.GetValueOrDefault((source, name))
        : null;

    private static string? At(Doc detail, string path) => path.Split('.').Aggregate(detail, (at, step) => at[step]).NonEmpty;
}
