using ServerlessGuard.Decisions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Tests.Federation;

namespace ServerlessGuard.Chat.Tests.Attacks;

/// <summary>The promise to an owner, held against everything at once: whoever holds the other cloud writes no resource here, suppresses no finding, and lifts no stop.</summary>
public sealed class AttackerModelTests
{
    private const int StepsOfARun = 200;

    /// <summary>100,000 steps with GUARD_LONG_TESTS=1.</summary>
    private static readonly int Runs = Environment.GetEnvironmentVariable("GUARD_LONG_TESTS") is "1" ? 500 : 50;

    private static readonly ApprovalSettings Approvals = ApprovalSettings.Default with { Approvers = ["slack:" + AttackedOwner.Kim, "entra:sam@acme.example"] };

    /// <summary>With the settings as they are by default: a peer may reject and stop.</summary>
    [Fact]
    public async Task Whoever_holds_the_other_cloud_writes_no_resource_suppresses_no_finding_and_lifts_no_stop()
    {
        var arrived = new HashSet<(CommandKind, CommandState)>();
        for (var seed = 0; seed < Runs; seed++)
        {
            var (owner, broken) = await RunAsync(seed, Approvals);
            Assert.True(broken is null, $"seed {seed}: {broken?.Word}: {broken?.What}");
            arrived.UnionWith(owner.Asked.Select(command => (command.Kind, command.State)));
            await GoesOnAsync(owner, seed);
        }

        // It was not held off at the door: what it may do was done, and of everything else people were asked, and said nothing.
        Assert.Superset(
            new HashSet<(CommandKind, CommandState)>([
                (CommandKind.Reject, CommandState.Done), (CommandKind.Stop, CommandState.Done),
                (CommandKind.Approve, CommandState.AwaitsConfirmation), (CommandKind.Undo, CommandState.AwaitsConfirmation), (CommandKind.Exempt, CommandState.AwaitsConfirmation),
                (CommandKind.Resume, CommandState.AwaitsConfirmation), (CommandKind.Sweep, CommandState.AwaitsConfirmation),
            ]),
            arrived);
    }

    /// <summary>The same attacker, where guard.yaml believes the peer: each of the three happens, so the model can tell.</summary>
    [Fact]
    public async Task Where_the_settings_believe_the_peer_the_same_attacker_writes_suppresses_and_lifts()
    {
        var wide = Approvals with { FromPeer = Crossing.Anything, PeerLiftsOwnStop = true };
        var happened = new HashSet<BrokenWord>();
        for (var seed = 0; seed < 100 && happened.Count(IsPromised) < 3; seed++)
        {
            var (_, broken) = await RunAsync(seed, wide);
            happened.UnionWith(broken is { Word: var word } ? [word] : []);
        }

        Assert.Equal(3, happened.Count(IsPromised));
    }

    private static bool IsPromised(BrokenWord word) => word is BrokenWord.Written or BrokenWord.Suppressed or BrokenWord.Lifted;

    /// <summary>In every other run the owner has ordered a stop before.</summary>
    private static async Task<(AttackedOwner Owner, (BrokenWord Word, string What)? Broken)> RunAsync(int seed, ApprovalSettings approvals)
    {
        var random = new Random(seed);
        var owner = new AttackedOwner(approvals, random);
        await owner.PrepareAsync(stops: seed % 2 == 1);
        var (attacker, word) = (new Attacker(owner, random), new OwnersWord(owner));
        for (var step = 0; step < StepsOfARun; step++)
        {
            var (isArrival, done) = (false, "the owner's own");
            try
            {
                switch (random.Next(10))
                {
                    case < 6:
                        isArrival = true;
                        done = await attacker.MoveAsync();
                        break;
                    case < 8:
                        await owner.WorkAsync();
                        break;
                    case 8:
                        await owner.SeeAgainAsync();
                        break;
                    default:
                        owner.Time.Now += random.Next(40) switch
                        {
                            0 => TimeSpan.FromDays(random.Next(1, 12)),
                            < 6 => TimeSpan.FromHours(random.Next(1, 30)),
                            _ => TimeSpan.FromSeconds(random.Next(1, 600)),
                        };
                        break;
                }
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"seed {seed}, step {step}: the owner's own code failed", fault);
            }

            if (word.Broken(isArrival) is var (what, where))
            {
                return (owner, (what, $"step {step}: {where}\nafter {done}"));
            }
        }

        return (owner, null);
    }

    /// <summary>The owner is not worn down either: what is found now is planned, and kim's yes fixes it.</summary>
    private static async Task GoesOnAsync(AttackedOwner owner, int seed)
    {
        var before = owner.Cloud.Writes.Count;
        await owner.SayAsync("resume");
        await owner.SeeAsync("afterwards");
        await owner.SettleAsync();
        Assert.True(owner.Of("afterwards").Treatment?.State is TreatmentState.AwaitingApproval, $"seed {seed}: {owner.Of("afterwards").Treatment}");
        await owner.ApproveAsync("afterwards");
        await owner.SettleAsync();
        Assert.True(owner.Of("afterwards").Treatment?.State is TreatmentState.Fixed, $"seed {seed}: {owner.Of("afterwards").Treatment}");
        Assert.Equal(["afterwards"], owner.Cloud.Writes.Skip(before));
    }
}
