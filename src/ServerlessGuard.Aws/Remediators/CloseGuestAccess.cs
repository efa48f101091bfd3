using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-ID-013: guests get no credentials any more; those that they hold end within hours. The call replaces the whole pool, so everything
/// else is sent again as it is.
/// </summary>
/// <remarks>botocore service model: Cognito Identity 2014-06-30.</remarks>
public sealed class CloseGuestAccess(AwsAccess access) : AwsRemediator(access)
{
    private const string Guests = "AllowUnauthenticatedIdentities";
    private const string Marker = ":identitypool/";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.CloseGuestAccess;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation) =>
        await PoolAsync(finding, cancellation) is { } pool ? new JsonObject { ["pool"] = pool } : null;

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (live["pool"]![Guests]?.GetValue<bool>() is not true)
        {
            return new Desired.Nothing();
        }

        var closed = With(live["pool"]!.AsObject(), Guests, false);
        return new Desired.Change(With(live, "pool", closed),
            $"Give guests of identity pool {(string?)live["pool"]!["IdentityPoolName"]} no credentials any more.",
            $"cognito-identity:UpdateIdentityPool {Pool(finding)} {Guests}=false");
    }

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) =>
        SendAsync(finding, Call(finding, "UpdateIdentityPool", to["pool"]!.DeepClone().AsObject()), cancellation);

    private async Task<JsonObject?> PoolAsync(Finding finding, CancellationToken cancellation)
    {
        var answer = await Access.FindAsync(
            finding, Call(finding, "DescribeIdentityPool", new JsonObject { ["IdentityPoolId"] = Pool(finding) }), cancellation,
            "ResourceNotFoundException");
        return answer?.Json().AsObject();
    }

    /// <summary>A pool's id has a colon of its own.</summary>
    private static string Pool(Finding finding)
    {
        var id = finding.Resource.Id;
        var at = id.IndexOf(Marker, StringComparison.Ordinal);
        return at < 0 ? Name(finding) : id[(at + Marker.Length)..];
    }

    private static AwsRequest Call(Finding finding, string operation, JsonObject body) =>
        AwsRequest.Json(Where(finding), "cognito-identity", $"AWSCognitoIdentityService.{operation}", body);
}
