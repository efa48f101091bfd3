using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>All rules that this deployment judges by: the built-in ones and the team's own.</summary>
internal static class Judges
{
    /// <summary>A new one for each resource: ages are measured at its time.</summary>
    public static Assessor New(HostSettings settings, Journal journal, TimeProvider time)
    {
        if (settings.Rules.Faults.Count > 0)
        {
            // Said again with every resource: an alert on what is said once at the start would go back by itself.
            journal.Metric("rules.refused", settings.Rules.Faults.Count);
        }

        return new Assessor(RuleCatalog.BuiltIn, new FactContext(settings.Guard, time.GetUtcNow()), settings.Rules.Rules);
    }
}
