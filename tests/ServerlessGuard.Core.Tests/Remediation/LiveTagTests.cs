using System.Collections.Immutable;
using ServerlessGuard.Engine;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>The tags of a resource are asked when it is about to be written: the row may be older, or planted.</summary>
public sealed class LiveTagTests
{
    private const string Tag = "guard-never-touch";

    private static readonly Dictionary<string, string> Spared = new() { ["owner"] = "sam", ["Guard-Never-Touch"] = "payments-team" };

    private static readonly RuleSettings Listed = GuardSettings.Default with
    {
        NeverTouchTags = ImmutableDictionary.Create<string, ImmutableArray<string>>(StringComparer.OrdinalIgnoreCase).Add(Tag, ["payments-team"]),
    };

    private static async Task<Scene> SeenAsync(RuleSettings? settings = null)
    {
        var scene = new Scene { Rules = settings ?? Listed };
        await scene.SeeAsync(compliant: false);
        return scene;
    }

    [Fact]
    public async Task A_never_touch_tag_set_after_the_finding_was_recorded_stops_the_fix()
    {
        var scene = await SeenAsync();
        scene.Cloud.Tags = () => Spared;
        await scene.TreatAsync();
        Assert.False(scene.Finding.NeverTouch);
        Assert.Equal((TreatmentState.Refused, "it is never to be changed: it carries the tag Guard-Never-Touch now"), (scene.Treatment.State, scene.Treatment.Detail));
        Assert.Empty(scene.Cloud.Written);
        Assert.Equal(0, scene.Breaker);
    }

    [Fact]
    public async Task A_never_touch_tag_set_between_the_intent_and_the_write_stops_the_write()
    {
        var scene = await SeenAsync();
        var asked = 0;
        scene.Cloud.Tags = () => asked++ is 0 ? null : Spared;
        await scene.TreatAsync();
        Assert.Equal((2, TreatmentState.Failed), (asked, scene.Treatment.State));
        Assert.Empty(scene.Cloud.Written);
    }

    [Fact]
    public async Task A_fix_that_was_killed_half_way_is_not_brought_to_its_end_over_a_tag_set_since()
    {
        var scene = await SeenAsync();
        scene.Cloud.OnCall = call => _ = call is "after first" ? throw new KilledException() : 0;
        await Assert.ThrowsAsync<KilledException>(scene.TreatAsync);
        (scene.Cloud.OnCall, scene.Cloud.Tags) = (null, () => Spared);
        await scene.TreatAsync();
        Assert.Equal((1, TreatmentState.Failed), (scene.Cloud.Writes, scene.Treatment.State));
        Assert.Contains("carries the tag", scene.Treatment.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_never_touch_tag_set_since_the_fix_stops_its_undo_which_is_there_again_without_it()
    {
        var scene = await SeenAsync();
        await scene.TreatAsync();
        scene.Cloud.Tags = () => Spared;
        var refused = await scene.UndoAsync();
        Assert.Equal((false, "it is never to be changed: it carries the tag Guard-Never-Touch now"), (refused.IsUndone, refused.Detail));
        Assert.Equal((1, TreatmentState.Fixed), (scene.Cloud.Written.Count, scene.Treatment.State));
        scene.Cloud.Tags = null;
        Assert.True((await scene.UndoAsync()).IsUndone);
    }

    [Fact]
    public async Task Tags_that_may_not_be_read_stop_the_write()
    {
        var scene = await SeenAsync();
        scene.Cloud.Tags = () => throw new CloudCallException("AccessDenied", "tagging GetResources: 403 AccessDenied", isTransient: false);
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.Refused, scene.Treatment.State);
        Assert.StartsWith("its tags cannot be read", scene.Treatment.Detail, StringComparison.Ordinal);
        Assert.Empty(scene.Cloud.Written);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Tags_that_cannot_be_read_at_the_moment_are_asked_again(int after)
    {
        var scene = await SeenAsync();
        var asked = 0;
        scene.Cloud.Tags = () => asked++ < after ? null : throw new CloudCallException("Throttling", "slower", isTransient: true);
        await Assert.ThrowsAsync<CloudCallException>(scene.TreatAsync);
        Assert.NotNull(scene.Entry);
        Assert.Empty(scene.Cloud.Written);
        scene.Cloud.Tags = null;
        await scene.TreatAsync();
        Assert.Equal((TreatmentState.Fixed, 1), (scene.Treatment.State, scene.Breaker));
    }

    [Fact]
    public async Task A_value_that_nobody_listed_keeps_nothing_from_being_fixed()
    {
        var scene = await SeenAsync();
        scene.Cloud.Tags = () => new Dictionary<string, string> { [Tag] = "since-a-minute" };
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.Fixed, scene.Treatment.State);
    }

    [Fact]
    public async Task Where_no_tag_can_count_none_is_asked()
    {
        var scene = await SeenAsync(Listed with { NeverTouchTags = RuleSettings.DefaultNeverTouchTags });
        scene.Cloud.Tags = () => throw new CloudCallException("AccessDenied", "403", isTransient: false);
        await scene.TreatAsync();
        Assert.Equal(TreatmentState.Fixed, scene.Treatment.State);
    }
}
