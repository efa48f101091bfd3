using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>SG-DATA-006: transparent data encryption of a SQL database. The database is encrypted while it is in use.</summary>
public sealed class EncryptDatabase(IArm arm) : ArmRemediator(arm)
{
    private const string State = "state";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.EncryptDatabase;

    protected override async Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation) =>
        await Arm.FindAsync(finding.Resource.Id, Version(finding), cancellation) is { } found
            ? new Live(new JsonObject { [State] = found.Node().Properties().Text(State) }, found.ETag)
            : null;

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        if (live.Is(State, "Enabled"))
        {
            return new Desired.Nothing();
        }

        if (finding.Resource.Key.Contains("/databases/master/", StringComparison.Ordinal) || !live.Is(State, "Disabled"))
        {
            return new Desired.Refuse("the master database, or one whose state is neither Enabled nor Disabled, is not encrypted this way");
        }

        var to = new JsonObject { [State] = "Enabled" };
        return new Desired.Change(to, $"Encrypt SQL database {Database(finding)} (transparent data encryption).",
            Call(HttpMethod.Put, finding.Resource.Id, Version(finding), Body(to)));
    }

    protected override async Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation) =>
        await Arm.WriteAsync(new ArmWrite(HttpMethod.Put, finding.Resource.Id, Version(finding), Body(to).ToJsonString(), from.ETag),
            cancellation);

    private static JsonObject Body(JsonObject to) => new() { ["properties"] = to.DeepClone() };

    private static string Database(Finding finding) =>
        Resources.ArmId.Parent(finding.Resource.Id) is { } database
            ? Documents.DocText.Shown(Resources.ArmId.Name(database))
            : Shown(finding);
}
