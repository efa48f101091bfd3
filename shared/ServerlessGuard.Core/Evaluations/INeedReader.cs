using ServerlessGuard.Facts;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Evaluations;

/// <summary>Where a host reads what verdicts need beside the resource: one reader for each shape of source.</summary>
public interface INeedReader
{
    /// <summary>
    /// The neighbours, as far as they can be read. What is refused or missing is left out, and said in the host's log: rules then say what
    /// they lack.
    /// </summary>
    Task<IReadOnlyList<Resource>> ReadAsync(Need need, CancellationToken cancellation);
}
