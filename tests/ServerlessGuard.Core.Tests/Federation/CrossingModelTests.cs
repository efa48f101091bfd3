using FsCheck;
using FsCheck.Fluent;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Tests.Federation;

public class CrossingModelTests
{
    /// <summary>20,000 runs with GUARD_LONG_TESTS=1.</summary>
    private static readonly int Runs = Environment.GetEnvironmentVariable("GUARD_LONG_TESTS") is "1" ? 20_000 : 2_000;

    /// <summary>
    /// Findings, exemptions, the switch and commands on both sides, with loss, duplicates, reordering, partitions, crashes of either process between any two commits and
    /// clocks ten minutes apart. Afterwards both tables hold the same rows, the counters equal a recount, and each command was carried out once, by its owner.
    /// </summary>
    [Fact]
    public void Everything_that_crosses_converges_and_each_command_is_carried_out_once()
    {
        var step =
            from side in Gen.Elements(Provider.Aws, Provider.Azure)
            from what in Gen.Frequency(
                (4, Gen.Elements(CrossingAct.Change, CrossingAct.Exempt, CrossingAct.Switch)),
                (4, Gen.Elements(CrossingAct.Ask, CrossingAct.CarryOut)),
                (5, Gen.Constant(CrossingAct.Forward)),
                (2, Gen.Elements(CrossingAct.Cut, CrossingAct.Mend)))
            from name in Gen.Elements("a", "b", "c")
            from broken in Gen.Elements(true, true, false)
            from fate in Gen.Elements(CrossingFate.Arrives, CrossingFate.Arrives, CrossingFate.Lost, CrossingFate.AnswerLost, CrossingFate.Twice, CrossingFate.Late)
            from kill in Gen.Frequency((5, Gen.Constant(-1)), (2, Gen.Choose(0, 3)))
            from dies in Gen.Frequency((5, Gen.Constant(-1)), (2, Gen.Choose(0, 4)))
            select new CrossingStep(side, what, name, broken, fate, kill, dies);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), Prop.ForAll(step.ListOf().Resize(40).ToArbitrary(), steps =>
        {
            var world = new TwoClouds();
            foreach (var one in steps)
            {
                world.Do(one);
            }

            world.Settle();
            return world.AreEqual() && world.CountersHold() && world.EachIsCarriedOutOnce();
        }));
    }
}
