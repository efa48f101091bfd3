using ServerlessGuard.Findings;
using ServerlessGuard.Recording;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Remediation;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Findings;

/// <summary>The timeline tells what happened in the order in which it happened: a fix comes before what it resolves, whoever was quicker to record it.</summary>
public class TimelineOrderTests
{
    private static readonly FindingStep[] Fixed = [FindingStep.Opened, FindingStep.Applying, FindingStep.Fixed, FindingStep.Resolved];

    private readonly Scene _scene = new();

    /// <summary>Reading back takes seconds: the cloud captures what the call did before we have seen it ourselves.</summary>
    [Fact]
    public async Task A_capture_between_the_call_and_its_reading_back_comes_after_the_fix()
    {
        await OpenAsync();
        _scene.Cloud.OnCall = call => _scene.Time.Now += call is "after second" ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(100);
        await _scene.TreatAsync();
        await ResolveAsync(_scene.Time.Now.AddSeconds(-4));
        Assert.Equal(Fixed, Timeline());
        Assert.Equal(Fixed, await StoryAsync());
    }

    /// <summary>The event of the fix's own effect overtakes the fix: it is recorded as resolved first.</summary>
    [Fact]
    public async Task What_a_fix_resolves_comes_after_it_even_when_it_was_recorded_before()
    {
        await OpenAsync();
        _scene.Cloud.OnCall = call =>
        {
            _scene.Time.Now += TimeSpan.FromMilliseconds(100);
            if (call is "after second")
            {
                ResolveAsync(_scene.Time.Now).GetAwaiter().GetResult();
            }
        };
        await _scene.TreatAsync();
        Assert.Equal([FindingStep.Opened, FindingStep.Applying, FindingStep.Resolved, FindingStep.Fixed], _scene.Story);
        Assert.Equal(Fixed, Timeline());
        Assert.Equal(Fixed, await StoryAsync());
    }

    /// <summary>Equal times, or a cloud whose clock is a little behind ours.</summary>
    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(-800, false)]
    [InlineData(-800, true)]
    public async Task Clocks_that_differ_or_stand_still_do_not_turn_them_around(int milliseconds, bool overtakes)
    {
        await OpenAsync();
        var captured = _scene.Time.Now.AddMilliseconds(milliseconds);
        _scene.Cloud.OnCall = call =>
        {
            if (overtakes && call is "after second")
            {
                ResolveAsync(captured).GetAwaiter().GetResult();
            }
        };
        await _scene.TreatAsync();
        await ResolveAsync(captured);
        Assert.Equal(Fixed, Timeline());
        Assert.Equal(Fixed, await StoryAsync());
    }

    [Fact]
    public async Task What_an_undo_reopens_comes_after_it()
    {
        await OpenAsync();
        await _scene.TreatAsync();
        _scene.Time.Now += TimeSpan.FromMinutes(2);
        await ResolveAsync(_scene.Time.Now);
        _scene.Time.Now += TimeSpan.FromMinutes(2);
        _scene.Cloud.OnCall = call => _scene.Time.Now += call is "after second" ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(100);
        Assert.True((await _scene.UndoAsync()).IsUndone);
        await RecordAsync(Compliance.NonCompliant, _scene.Time.Now.AddSeconds(-4));
        Assert.Equal([.. Fixed, FindingStep.Undoing, FindingStep.Undone, FindingStep.Reopened], Timeline());
    }

    private async Task OpenAsync()
    {
        _scene.Time.Now = Some.Minute(5);
        await RecordAsync(Compliance.NonCompliant, Some.Minute(4));
    }

    private Task<RecordedChanges> ResolveAsync(DateTimeOffset captured) => RecordAsync(Compliance.Compliant, captured);

    private Task<RecordedChanges> RecordAsync(Compliance compliance, DateTimeOffset captured) =>
        new FindingRecorder(_scene.Table, _scene.Time, new Backoff(() => 0), [], new OutboxPolicy(_scene.Settings).After)
            .RecordAsync(Some.At(0, Some.Rule(compliance)) with { CapturedAt = captured }, CancellationToken.None);

    private IEnumerable<FindingStep> Timeline() => _scene.Table.Rows.Where(row => row.Key.StartsWith("t:", StringComparison.Ordinal))
        .OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => FindingRows.Event(row).Step);

    private async Task<IEnumerable<FindingStep>> StoryAsync() =>
        FindingEvent.InOrder(await new FindingReader(_scene.Table).StoryAsync(_scene.Finding, CancellationToken.None).ToListAsync()).Select(step => step.Step);
}
