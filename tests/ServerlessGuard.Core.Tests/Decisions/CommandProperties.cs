using FsCheck.Xunit;
using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Remediation;

namespace ServerlessGuard.Tests.Decisions;

/// <summary>People, time and events in any order, processes killed anywhere, every message delivered more than once.</summary>
public sealed class CommandProperties
{
    [Property(MaxTest = 400)]
    public void No_fix_without_its_approval_none_twice_none_past_a_stop(ushort[] steps) => RunAsync(steps).GetAwaiter().GetResult();

    private static async Task RunAsync(ushort[] steps)
    {
        var desk = new Desk(settings: new RemediationSettings { DryWindow = TimeSpan.Zero, MaxFixesPerFinding = 99, MaxFixesPerHour = 99 });
        var scene = desk.Scene;
        var submitted = new List<Command>();
        var allowed = new HashSet<string>();
        await desk.SeeAndPlanAsync();
        foreach (var step in steps)
        {
            var (what, detail) = (step % 12, step / 12);
            var point = 0;
            void Point(string at) => _ = ++point == detail % 40 ? throw new KilledException() : 0;
            var writes = scene.Cloud.Writes;
            var stopped = desk.Control?.Stopped ?? false;
            var planBefore = scene.Finding.Treatment?.Plan?.Id;
            try
            {
                switch (what)
                {
                    case 0 or 1:
                        Kill(scene, Point);
                        await scene.TreatAsync();
                        break;
                    case 2 or 3:
                        var approve = desk.Command(CommandKind.Approve, detail % 7 == 0 ? Desk.Stranger : Desk.Kim);
                        submitted.Add(approve);
                        if (approve is { By.Id: var by, PlanId: { } plan } && by != Desk.Stranger.Id)
                        {
                            allowed.Add(plan);
                        }

                        Kill(scene, Point);
                        await desk.DoAsync(approve);
                        break;
                    case 4 when submitted.Count > 0:
                        // A message delivered again, or one that a killed process left behind.
                        await desk.DoAsync(submitted[detail % submitted.Count]);
                        break;
                    case 5:
                        var undo = desk.Command(CommandKind.Undo);
                        submitted.Add(undo);
                        Kill(scene, Point);
                        await desk.DoAsync(undo);
                        break;
                    case 6:
                        var turn = desk.Command(detail % 2 == 0 ? CommandKind.Stop : CommandKind.Resume);
                        submitted.Add(turn);
                        await desk.DoAsync(turn);
                        break;
                    case 7:
                        var exempt = desk.Exempt(1 + detail % 60);
                        submitted.Add(exempt);
                        Kill(scene, Point);
                        await desk.DoAsync(exempt);
                        break;
                    case 8:
                        scene.Time.Now += TimeSpan.FromHours(detail % 100);
                        await desk.Walk.RunAsync(Resources.Provider.Aws, CancellationToken.None);
                        break;
                    case 9:
                        scene.Cloud.State = new() { ["first"] = detail % 2 == 0, ["second"] = detail % 3 == 0 };
                        writes = scene.Cloud.Writes;
                        break;
                    case 10:
                        await scene.SeeAsync(compliant: false, reason: "reason " + detail);
                        break;
                    default:
                        await scene.SeeAsync(compliant: detail % 4 == 0);
                        break;
                }
            }
            catch (KilledException)
            {
                // Whoever comes next finds what is left.
            }

            scene.Cloud.OnCall = null;
            scene.Table.OnCommit = null;
            Check(scene, allowed, what, stopped, writes, planBefore);
        }

        // Everything left over is delivered once more: nothing is carried out a second time.
        foreach (var command in submitted)
        {
            await desk.RunAsync(command.Id);
        }

        Assert.All(submitted.Where(command => scene.Table.Rows.Any(row => row.Key == CommandRows.Key(command.Id))), command => Assert.NotEqual(CommandState.Pending, desk.Stored(command.Id).State));
        Assert.DoesNotContain(scene.Table.Rows, row => row.Kind is RowKind.Outbox && OutboxRows.Read(row).Kind is OutboxKind.Command);
        Assert.Equal(
            scene.Table.Rows.Where(row => row.Kind is RowKind.Finding).Select(FindingRows.Finding).Aggregate(Summary.Empty, (sum, finding) => sum.Moved(null, finding)).Counts,
            scene.Table.Rows.Where(row => row.Kind is RowKind.Summary).Select(FindingRows.Summary).Aggregate(Summary.Empty, (sum, one) => sum.Plus(one)).Counts);
    }

    private static void Kill(Scene scene, Action<string> point) => (scene.Cloud.OnCall, scene.Table.OnCommit) = (point, point);

    private static void Check(Scene scene, HashSet<string> allowed, int what, bool stopped, int writes, string? planBefore)
    {
        var treatment = scene.Finding.Treatment;
        var wrote = scene.Cloud.Writes != writes;
        Assert.False(wrote && what is 0 or 1 && wrote && stopped, "a fix past a stop");
        Assert.False(wrote && what <= 1 && (planBefore is null || !allowed.Contains(planBefore)), "a fix without its approval");
        Assert.False(treatment is { State: TreatmentState.Fixed or TreatmentState.Applying, Plan.Id: var plan } && !allowed.Contains(plan), "a fix that nobody approved");
        Assert.False(treatment is { State: TreatmentState.Fixed or TreatmentState.Applying or TreatmentState.Undoing, Plan: null }, "a way back was forgotten");
    }
}
