using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ServerlessGuard.Remediation.Seals;

/// <summary>
/// The bytes under the seal: a label with the version, then every field behind its length, so that no two plans have the same bytes. The
/// two states go in by their SHA-256, wherever they are stored.
/// </summary>
public static class SealContent
{
    private const string Label = "serverlessguard sealed plan 1";

    public static byte[] Of(SealedPlan plan)
    {
        using var bytes = new MemoryStream();
        foreach (var field in Fields(plan))
        {
            Write(bytes, field);
        }

        return bytes.ToArray();
    }

    /// <summary>In hex.</summary>
    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static IEnumerable<string?> Fields(SealedPlan sealedPlan)
    {
        var plan = sealedPlan.Plan;
        yield return Label;
        yield return Number(sealedPlan.Schema);
        yield return Number(sealedPlan.Revision);
        yield return sealedPlan.FindingId;
        yield return sealedPlan.RuleId;
        yield return sealedPlan.Resource.Provider.ToString();
        yield return sealedPlan.Resource.NativeType;
        yield return sealedPlan.Resource.Id;
        yield return sealedPlan.Resource.Account;
        yield return sealedPlan.Resource.Region;
        yield return sealedPlan.Resource.Name;
        yield return sealedPlan.Remediation;
        yield return Number((int)sealedPlan.Severity);
        yield return Number((int)sealedPlan.State);
        yield return Number(sealedPlan.FindingRevision);
        yield return sealedPlan.HeldBack;
        yield return sealedPlan.UndoneBy;
        yield return Time(sealedPlan.ApplyUntil);
        yield return Time(sealedPlan.UndoUntil);
        yield return plan.Id;
        yield return plan.Sentence;
        yield return plan.Call;
        yield return Number((int)plan.Risk);
        yield return Time(plan.PlannedAt);
        yield return Digest(plan.Before);
        yield return Digest(plan.After);
        yield return Number(plan.Permissions.Length);
        foreach (var permission in plan.Permissions)
        {
            yield return permission;
        }

        yield return Number(sealedPlan.Approvals.Length);
        foreach (var approval in sealedPlan.Approvals)
        {
            yield return approval.Person;
            yield return approval.Name;
            yield return approval.Command;
            yield return Time(approval.At);
        }
    }

    private static void Write(MemoryStream bytes, string? field)
    {
        Span<byte> length = stackalloc byte[4];
        var text = field is null ? [] : Encoding.UTF8.GetBytes(field);
        BinaryPrimitives.WriteInt32BigEndian(length, field is null ? -1 : text.Length);
        bytes.Write(length);
        bytes.Write(text);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => Number(at.UtcTicks);
}
