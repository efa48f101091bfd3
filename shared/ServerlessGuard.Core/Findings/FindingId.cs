using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Findings;

/// <summary>
/// The identity of a finding: rule × resource, the same in every scan, in both clouds and for every spelling of an ARM id. 128 bits of SHA-256, in hex.
/// </summary>
public static class FindingId
{
    public static string Of(string ruleId, ResourceRef subject)
    {
        var text = $"{ruleId}\n{subject.Provider}\n{subject.Key}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
