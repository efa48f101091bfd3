using System.Text.Json.Nodes;
using FsCheck.Xunit;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>
/// The claim as a whole: an attacker writes, deletes and puts back whatever rows but the sealed ones, at random between our steps, kills included. Every state that a
/// call was to bring about is what the fix wants of a live state, or a live state that we saw ourselves.
/// </summary>
public sealed class SealProperties
{
    private static readonly JsonObject[] States =
        [FakeCloud.Open, FakeCloud.Closed, new() { ["first"] = true, ["second"] = false }, new() { ["first"] = false, ["second"] = true }];

    [Property(MaxTest = 600)]
    public void Whatever_is_planted_only_what_we_planned_or_saw_is_written(ushort[] steps) => RunAsync(steps).GetAwaiter().GetResult();

    private static async Task RunAsync(ushort[] steps)
    {
        var modes = Enum.GetValues<RemediationMode>();
        var scene = new Scene(new RemediationSettings { Mode = RemediationMode.Enforce, DryWindow = TimeSpan.Zero, MaxFixesPerHour = 99, MaxFixesPerFinding = 99 });
        var seen = new List<JsonNode>();
        var snapshots = new List<TableRow>();
        await scene.SeeAsync(compliant: false);
        foreach (var step in steps)
        {
            var (what, detail) = (step % 12, step / 12);
            var point = 0;
            void Point(string at)
            {
                if (at is "read" && scene.Cloud.State is { } state)
                {
                    seen.Add(state.DeepClone());
                }

                _ = ++point == detail % 40 ? throw new KilledException() : 0;
            }

            try
            {
                switch (what)
                {
                    case 0 or 1 or 2:
                        (scene.Cloud.OnCall, scene.Table.OnCommit) = (Point, Point);
                        await scene.TreatAsync();
                        break;
                    case 3 or 4:
                        (scene.Cloud.OnCall, scene.Table.OnCommit) = (Point, Point);
                        await scene.UndoAsync();
                        break;
                    case 5:
                        await scene.SeeAsync(compliant: detail % 3 == 0, reason: "reason " + detail);
                        break;
                    case 6 when scene.Finding.Treatment is { Plan: not null }:
                        await TryAnswerAsync(scene, detail);
                        break;
                    case 7:
                        scene.Settings = scene.Settings with { Mode = modes[detail % modes.Length] };
                        break;
                    case 8:
                        // The resource itself is somebody's: it is open or closed.
                        scene.Cloud.State = detail % 2 == 0 ? FakeCloud.Open : FakeCloud.Closed;
                        break;
                    case 9:
                        snapshots.AddRange(scene.Table.Rows.Where(row => !IsSealed(row)));
                        break;
                    case 10 when snapshots.Count > 0:
                        await scene.PlantAsync(snapshots[detail % snapshots.Count]);
                        break;
                    default:
                        await scene.PlantAsync(finding => Forged(finding, scene, detail));
                        break;
                }
            }
            catch (KilledException)
            {
                // Whoever comes next finds what is left.
            }

            (scene.Cloud.OnCall, scene.Table.OnCommit) = (null, null);
            Assert.All(scene.Cloud.Written, to => Assert.True(JsonNode.DeepEquals(to, FakeCloud.Closed) || seen.Any(state => JsonNode.DeepEquals(state, to)), to.ToJsonString()));
        }
    }

    /// <summary>A treatment in any state, with a plan of any two states, under an id of ours or another.</summary>
    private static Finding Forged(Finding finding, Scene scene, int detail)
    {
        var ids = scene.Sealed.Select(plan => plan.Plan.Id).Append(new string('e', 32)).ToList();
        var states = Enum.GetValues<TreatmentState>();
        return finding with
        {
            Status = detail % 5 == 0 ? FindingStatus.Resolved : FindingStatus.Open,
            Revision = finding.Revision + detail % 3,
            Treatment = new Treatment
            {
                State = states[detail % states.Length],
                At = scene.Time.Now,
                By = "eve",
                Approvals = ["slack:U1", "slack:U2"],
                Plan = new RemediationPlan
                {
                    Id = ids[detail % ids.Count],
                    Sentence = "Turn both switches on.",
                    Before = States[detail / 7 % 4].ToJsonString(),
                    After = States[detail / 28 % 4].ToJsonString(),
                    Call = "fake:TurnOn",
                    Permissions = [],
                    Risk = Risk.None,
                    PlannedAt = scene.Time.Now,
                },
            },
        };
    }

    private static async Task TryAnswerAsync(Scene scene, int detail)
    {
        try
        {
            await scene.AnswerAsync(detail % 2 == 0 ? TreatmentState.Approved : TreatmentState.Rejected);
        }
        catch (Xunit.Sdk.XunitException)
        {
            // Refused: as good an answer.
        }
    }

    private static bool IsSealed(TableRow row) => row.Partition.StartsWith(RowKeys.SealedPrefix, StringComparison.Ordinal);
}
