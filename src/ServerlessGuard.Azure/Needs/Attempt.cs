using System.Text.Json;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Needs;

/// <summary>
/// A read beside the resource itself: refused for good, or missing, it is not observed, which rules say. What is transient fails the call,
/// and the event comes again.
/// </summary>
internal sealed class Attempt(Journal journal)
{
    /// <returns>Null when nothing can be said.</returns>
    public async Task<JsonElement?> OneAsync(string what, Func<Task<JsonElement?>> read)
    {
        try
        {
            return await read();
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            NotObserved(what, refused);
            return null;
        }
    }

    /// <returns>Null when nothing can be said; empty when there are none.</returns>
    public async Task<IReadOnlyList<Resource>?> ManyAsync(string what, Func<Task<IReadOnlyList<JsonElement>>> read)
    {
        try
        {
            return [.. (await read()).Select(item => ArmDocument.Read(item, captured: null)).OfType<Resource>()];
        }
        catch (CloudCallException refused) when (!refused.IsTransient)
        {
            NotObserved(what, refused);
            return null;
        }
    }

    private void NotObserved(string what, CloudCallException refused)
    {
        if (!refused.IsNotFound)
        {
            journal.Warn("not observed", ("what", what), ("code", refused.Code));
            journal.Metric("read.refused", 1, ("what", what));
        }
    }
}
