using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>What a stop, the breaker or the dry window held back stayed proposed for ever.</summary>
public sealed class HeldBackTests
{
    private static readonly RemediationSettings Enforce = new() { Mode = RemediationMode.Enforce, DryWindow = TimeSpan.Zero };

    [Fact]
    public async Task What_a_stop_held_back_is_made_after_it_the_worst_first()
    {
        var world = new HeldWorld(Enforce);
        await world.SwitchAsync(stops: true);
        await world.OpenAsync("low", Severity.Low);
        await world.OpenAsync("high", Severity.High);
        await world.OpenAsync("critical", Severity.Critical);
        await world.MinutesAsync(90);
        Assert.Empty(world.Fixed);
        Assert.All(world.Findings, finding => Assert.Equal((TreatmentState.Proposed, HeldBackBy.Stop), (finding.Treatment!.State, finding.Treatment.HeldBackBy)));
        await world.SwitchAsync(stops: false);
        await world.MinutesAsync(1);
        Assert.Equal(["critical"], world.Fixed);
        await world.MinutesAsync(5);
        Assert.Equal(["critical", "high", "low"], world.Fixed);
        Assert.Empty(world.Entries);
    }

    [Fact]
    public async Task What_the_breaker_held_back_is_made_in_the_next_hour_and_so_on_within_its_limit()
    {
        var world = new HeldWorld(Enforce with { MaxFixesPerHour = 2 });
        for (var i = 0; i < 5; i++)
        {
            await world.OpenAsync("bucket-" + i, Severity.High);
        }

        await world.MinutesAsync(58);
        Assert.Equal(2, world.Fixed.Count);
        await world.MinutesAsync(60);
        Assert.Equal(4, world.Fixed.Count);
        await world.MinutesAsync(60);
        Assert.Equal(5, world.Fixed.Count);
        Assert.Empty(world.Entries);
    }

    [Fact]
    public async Task What_the_dry_window_held_back_is_made_when_it_ends()
    {
        var world = new HeldWorld(Enforce with { DryWindow = TimeSpan.FromHours(3) });
        await world.OpenAsync("one", Severity.Critical);
        await world.MinutesAsync(179);
        Assert.Empty(world.Fixed);
        await world.MinutesAsync(5);
        Assert.Equal(["one"], world.Fixed);
    }

    [Fact]
    public async Task What_is_held_back_again_and_again_says_so_once_and_is_one_entry_however_often_its_finding_changes()
    {
        var world = new HeldWorld(Enforce with { MaxFixesPerHour = 0 });
        for (var i = 1; i <= 6; i++)
        {
            await world.OpenAsync("one", Severity.Critical, "reason " + i, i);
            await world.MinutesAsync(50);
        }

        await world.MinutesAsync(600);
        var entry = Assert.Single(world.Entries);
        Assert.Equal((HeldBackBy.Breaker, Severity.Critical), (entry.HeldBackBy, entry.Severity));
        Assert.InRange(world.Table.Rows.Count(row => row.Key.StartsWith("h:", StringComparison.Ordinal) && FindingRows.Event(row).Step is FindingStep.Proposed), 1, 6);
    }

    [Fact]
    public async Task What_is_held_back_is_no_backlog()
    {
        var world = new HeldWorld(Enforce);
        await world.SwitchAsync(stops: true);
        await world.OpenAsync("one", Severity.Critical);
        await world.MinutesAsync(120);
        Assert.Equal(new OutboxDepth(0, TimeSpan.Zero, IsWhole: true), await new OutboxWalk(world.Table, Provider.Aws, world.Time, () => 0.5).DepthAsync(OutboxKind.Remediate, 10, CancellationToken.None));
    }

    /// <summary>Stops, resumes, hours and new findings at random: never too many, never while stopped or dry, the worst first, and all in the end.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Everything_is_fixed_in_the_end_and_never_out_of_turn(int seed)
    {
        const int Limit = 4;
        var random = new Random(seed);
        var dry = TimeSpan.FromHours(random.Next(6));
        var world = new HeldWorld(Enforce with { MaxFixesPerHour = Limit, DryWindow = dry });
        var made = new Dictionary<(DateTimeOffset Hour, bool IsCritical), int>();
        world.Cloud.OnWrite = finding =>
        {
            var control = ControlRows.Read(world.Table.Rows.Single(row => row.Kind is RowKind.Control));
            Assert.False(control.Stopped);
            Assert.True(world.Time.Now >= control.FirstSeen + dry);
            var hour = world.Time.Now - TimeSpan.FromTicks(world.Time.Now.Ticks % TimeSpan.TicksPerHour);
            var isCritical = finding.Severity is Severity.Critical;
            made[(hour, isCritical)] = made.GetValueOrDefault((hour, isCritical)) + 1;
            Assert.InRange(made[(hour, isCritical)], 1, Limit);

            // Nothing worse that is due is left for later while there is room for it.
            Assert.DoesNotContain(
                world.Entries,
                entry => entry.Attempts == 0 && entry.Severity > finding.Severity && (entry.NextAttemptAt ?? entry.CreatedAt + OutboxWalk.Grace) <= world.Time.Now
                    && made.GetValueOrDefault((hour, entry.Severity is Severity.Critical)) < Limit);
        };
        var opened = 0;
        for (var step = 0; step < 120; step++)
        {
            switch (random.Next(6))
            {
                case 0 or 1 when opened < 40:
                    await world.OpenAsync("bucket-" + opened++, (Severity)random.Next((int)Severity.Low, (int)Severity.Critical + 1));
                    break;
                case 2:
                    await world.SwitchAsync(stops: random.Next(3) > 0);
                    break;
                case 3:
                    world.Time.Now += TimeSpan.FromMinutes(random.Next(200));
                    await world.RunAsync();
                    break;
                default:
                    await world.MinutesAsync(random.Next(4));
                    break;
            }
        }

        await world.SwitchAsync(stops: false);
        await world.MinutesAsync(60 * (6 + 40 / Limit));
        Assert.Equal(opened, world.Fixed.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(opened, world.Fixed.Count);
        Assert.Empty(world.Cloud.Open);
        Assert.Empty(world.Entries);
    }
}
