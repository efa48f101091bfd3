using System.Buffers;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Findings;

/// <summary>
/// The identity of a finding: rule × resource, the same in every scan, in both clouds and for every spelling of an ARM id:
/// <c>SG-STOR-001-</c> and 128 bits of SHA-256 over the resource, in hex. A sub-finding's slash is a point. The row's key follows from it.
/// </summary>
public static class FindingId
{
    private const int HashLength = 32;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    public static string Of(string ruleId, ResourceRef subject) => $"{ruleId.Replace('/', '.')}-{RowKeys.Hash(subject)}";

    /// <summary>The key of the finding's row, or null when the text is not a finding's id.</summary>
    public static string? RowKey(string id)
    {
        var cut = id.Length - HashLength;
        return cut > 1 && id[cut - 1] == '-' && !id.AsSpan(cut).ContainsAnyExcept(Hex)
            ? FindingKeys.Finding(id[cut..], id[..(cut - 1)])
            : null;
    }
}
