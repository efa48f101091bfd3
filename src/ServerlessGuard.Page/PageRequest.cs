namespace ServerlessGuard.Page;

/// <summary>A request, whoever received it: the command line's server or the Functions host.</summary>
/// <param name="Method">Upper case.</param>
/// <param name="Path">From the page's own root: <c>/</c>, <c>/api/findings</c>.</param>
/// <param name="Query">Without the question mark, still encoded.</param>
/// <param name="Body">JSON; null when there is none.</param>
public sealed record PageRequest(string Method, string Path, string Query = "", string? Body = null);
