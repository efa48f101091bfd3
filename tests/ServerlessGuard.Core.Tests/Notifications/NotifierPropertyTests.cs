using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ServerlessGuard.Findings;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Tests.Notifications;

/// <summary>Whatever happens on the way, everybody knows the last state, and nobody is shouted at.</summary>
public class NotifierPropertyTests
{
    private static readonly NotificationSettings Settings = NotificationSettings.Default with { DigestFrom = 3 };

    /// <summary>Changes, lost answers, refusals, throttling, kills between any two commits, runs at once: nothing waits in the end, nothing was set aside, and each message shows the last state.</summary>
    [Property(MaxTest = 1500)]
    public Property Nothing_is_lost() => Prop.ForAll(Steps(kills: true, ambiguous: true).ToArbitrary(), steps =>
    {
        var world = new ChatWorld(Settings, ChatChannel.Slack, ChatChannel.Teams);
        steps.ForEach(step => Do(world, step));
        world.Settle();
        Assert.Empty(world.SetAside);
        foreach (var finding in world.Findings)
        {
            var told = Latest(world.Slack, finding);
            Assert.True(told == finding.Revision || told is null && finding.Status is not FindingStatus.Open, $"{finding.Resource.Name}: told {told}, is {finding.Revision} {finding.Status}");
            Assert.True(finding.Status is not FindingStatus.Open || Latest(world.Chats[ChatChannel.Teams], finding) is not null);
        }

        return true;
    });

    /// <summary>As long as no process dies and no answer is lost, a finding has one message on a channel that can be edited, or one place in one digest.</summary>
    [Property(MaxTest = 1500)]
    public Property One_finding_is_one_message() => Prop.ForAll(Steps(kills: false, ambiguous: false).ToArbitrary(), steps =>
    {
        var world = new ChatWorld(Settings);
        steps.ForEach(step => Do(world, step));
        world.Settle();
        return world.Findings.All(finding => world.Slack.Posts.Count(post => About(post, finding) is not null) <= 1);
    });

    /// <summary>However the drops fall, a window of one rule has fewer new messages than would be a digest, and one digest.</summary>
    [Property(MaxTest = 500)]
    public Property Bursts_are_bounded() => Prop.ForAll(Gen.Choose(0, 20).ListOf().Resize(60).ToArbitrary(), pauses =>
    {
        var world = new ChatWorld(Settings);
        var at = new List<(DateTimeOffset At, bool Digest)>();
        var number = 0;
        void Run()
        {
            var before = world.Slack.Posts.Count();
            world.Run();
            at.AddRange(world.Slack.Posts.Skip(before).Select(post => (world.Clock.GetUtcNow(), post["digest"] is not null)));
        }

        foreach (var pause in pauses)
        {
            world.Record($"b{number++}", broken: true);
            Run();
            world.Clock.Advance(TimeSpan.FromSeconds(pause));
        }

        for (var i = 0; i < 40 && world.Outbox.Any(); i++)
        {
            world.Clock.Advance(TimeSpan.FromSeconds(10));
            Run();
        }

        return !world.Outbox.Any() && at.TrueForAll(one =>
        {
            var window = at.Where(other => other.At >= one.At && other.At < one.At + Settings.DigestWindow).ToList();
            return window.Count(other => other.Digest) <= 1 && window.Count(other => !other.Digest) <= 2 * (Settings.DigestFrom - 1);
        });
    });

    private static void Do(ChatWorld world, Step step)
    {
        foreach (var chat in world.Chats.Values)
        {
            var left = step.FailAfter;
            chat.Fate = _ => left-- == 0 ? step.Fate : Fate.Taken;
        }

        switch (step.What)
        {
            case Act.Break or Act.Mend:
                world.Record(step.Name, step.What is Act.Break);
                break;
            case Act.Escalate:
                world.Step(step.Name, FindingStep.Escalated, TreatmentState.Escalated);
                break;
            case Act.Run:
                world.Run(step.Kill);
                break;
            case Act.TwoRuns:
                world.Slack.Meanwhile = () =>
                {
                    world.Slack.Meanwhile = null;
                    Assert.Equal(0, world.Run()!.Posted);
                };
                world.Run();
                world.Slack.Meanwhile = null;
                break;
        }

        world.Clock.Advance(TimeSpan.FromSeconds(step.Pause));
    }

    /// <summary>The revision that the latest message about the finding shows; replies do not count.</summary>
    private static long? Latest(SimulatedChat chat, Finding finding) => chat.Posts.Select(post => About(post, finding)).LastOrDefault(revision => revision is not null);

    private static long? About(JsonObject post, Finding finding) => (string?)post["finding"] == finding.Id ? (long?)post["revision"] : (long?)post["digest"]?[finding.Id];

    private static Gen<List<Step>> Steps(bool kills, bool ambiguous)
    {
        var step =
            from what in Gen.Frequency((6, Gen.Constant(Act.Break)), (3, Gen.Constant(Act.Mend)), (2, Gen.Constant(Act.Escalate)), (6, Gen.Constant(Act.Run)), (1, Gen.Constant(Act.TwoRuns)))
            from name in Gen.Elements("a", "b", "c", "d", "e", "f")
            from fate in ambiguous
                ? Gen.Elements(Fate.Taken, Fate.Taken, Fate.TakenButSilent, Fate.Down, Fate.Throttled, Fate.Refused, Fate.Rejected)
                : Gen.Elements(Fate.Taken, Fate.Taken, Fate.Down, Fate.Throttled, Fate.Refused, Fate.Rejected)
            from after in Gen.Choose(0, 4)
            from kill in kills ? Gen.Frequency((3, Gen.Constant(-1)), (2, Gen.Choose(0, 12))) : Gen.Constant(-1)
            from pause in Gen.Elements(0, 1, 10, 70, 400)
            select new Step(what, name, fate, after, kill, pause);
        return step.ListOf().Resize(40).Select(steps => steps.ToList());
    }

    private enum Act
    {
        Break,
        Mend,
        Escalate,
        Run,
        TwoRuns,
    }

    private sealed record Step(Act What, string Name, Fate Fate, int FailAfter, int Kill, int Pause);
}
