using FsCheck.Xunit;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>The guards against ourselves, whatever re-applies what we fix, and wherever a process is killed.</summary>
public sealed class GuardProperties
{
    [Property(MaxTest = 400)]
    public void Breaker_and_loop_guard_hold_whatever_happens(ushort[] steps) => RunAsync(steps).GetAwaiter().GetResult();

    private static async Task RunAsync(ushort[] steps)
    {
        var scene = new Scene(new RemediationSettings { Mode = RemediationMode.Enforce, DryWindow = TimeSpan.Zero, MaxFixesPerHour = 3, MaxFixesPerFinding = 2 });
        var begun = new List<DateTimeOffset>();
        await scene.SeeAsync(compliant: false);
        foreach (var step in steps)
        {
            var (what, detail) = (step % 8, step / 8);
            var point = 0;
            void Point(string at) => _ = ++point == detail % 24 ? throw new KilledException() : 0;
            var isResumed = scene.Finding.Treatment?.State is TreatmentState.Applying;
            var writes = scene.Cloud.Writes;
            try
            {
                switch (what)
                {
                    case 0 or 1 or 2:
                        scene.Cloud.OnCall = Point;
                        scene.Table.OnCommit = Point;
                        await scene.TreatAsync();
                        break;
                    case 3 or 4:
                        // Something re-applies it: the cloud opens, and the event says so.
                        scene.Cloud.State = FakeCloud.Open;
                        await scene.SeeAsync(compliant: false, reason: "reason " + detail);
                        break;
                    case 5:
                        await scene.SeeAsync(compliant: true);
                        break;
                    case 6:
                        await scene.SeeAsync(compliant: false, reason: "again " + detail);
                        break;
                    default:
                        scene.Time.Now += TimeSpan.FromMinutes(detail % 50);
                        break;
                }
            }
            catch (KilledException)
            {
                // Whoever comes next finds what is left.
            }

            scene.Cloud.OnCall = null;
            scene.Table.OnCommit = null;

            // A fix that was begun before the kill is the same fix; only a new beginning counts.
            if (what <= 2 && !isResumed && scene.Cloud.Writes != writes)
            {
                begun.Add(scene.Time.Now);
            }

            Assert.All(begun.GroupBy(at => at.UtcDateTime.ToString("yyyyMMddHH", System.Globalization.CultureInfo.InvariantCulture)), hour => Assert.InRange(hour.Count(), 1, 3));
            Assert.All(scene.Finding.Treatment?.Fixes ?? [], at => Assert.InRange(scene.Finding.Treatment!.Fixes.Count(other => other > at - TimeSpan.FromHours(1) && other <= at), 1, 2));
        }
    }
}
