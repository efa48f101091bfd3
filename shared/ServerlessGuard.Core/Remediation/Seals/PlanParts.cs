using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation.Seals;

/// <summary>
/// The two states of a plan that is too large for its row, beside it: compressed, in as many rows as it takes. They need no seal of their
/// own: their digests are under the plan's.
/// </summary>
/// <param name="Bytes">Of both states, in UTF-8.</param>
public sealed record PlanParts(int Rows, long Bytes)
{
    /// <summary>Compressed. Beyond it a fix is refused.</summary>
    public const int MostBytes = 1 << 20;

    /// <summary>What unpacking stops at.</summary>
    private const int MostUnpacked = 64 << 20;

    /// <summary>Base64 of a part, as a JSON string: within one property of Azure Tables and far below DynamoDB's item.</summary>
    private const int PartLength = 90_000;

    /// <summary>Both states together, as they stand in a row, with every quotation mark escaped.</summary>
    private const int MostInRow = 60_000;

    public static bool AreNeeded(RemediationPlan plan) => InJson(plan.Before) + InJson(plan.After) > MostInRow;

    /// <summary>How long a text is as a string of a document.</summary>
    public static int InJson(string text) => JsonEncodedText.Encode(text).EncodedUtf8Bytes.Length;

    /// <summary>The parts of both states, each the document of one row. More than <see cref="MostBytes"/> are none.</summary>
    public static ImmutableArray<string> Pack(RemediationPlan plan)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            brotli.Write(Encoding.UTF8.GetBytes($"{plan.Before}\n{plan.After}"));
        }

        if (packed.Length > MostBytes)
        {
            return [];
        }

        var text = Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
        return [.. text.Chunk(PartLength).Select(part => $"\"{new string(part)}\"")];
    }

    /// <summary>Before and after; null when the parts are not what <see cref="Pack"/> made.</summary>
    public static (string Before, string After)? Unpack(IEnumerable<string> documents)
    {
        try
        {
            using var packed = new MemoryStream(Convert.FromBase64String(string.Concat(documents.Select(document => document.Trim('"')))));
            using var brotli = new BrotliStream(packed, CompressionMode.Decompress);
            using var plain = new MemoryStream();
            var buffer = new byte[81_920];
            for (int read; (read = brotli.Read(buffer)) > 0;)
            {
                plain.Write(buffer, 0, read);
                if (plain.Length > MostUnpacked)
                {
                    return null;
                }
            }

            var text = Encoding.UTF8.GetString(plain.GetBuffer(), 0, (int)plain.Length);
            return text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var cut ? (text[..cut], text[(cut + 1)..]) : null;
        }
        catch (Exception garbage) when (garbage is FormatException or InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }

    public static IEnumerable<TableWrite> Writes(string partition, SealedPlan plan, ImmutableArray<string> parts) =>
        parts.Select((part, i) =>
        new TableWrite.Put(new TableRow(partition, SealRows.Part(plan.Resource, plan.RuleId, plan.Plan.Id, i), RowKind.Seal, part)
            { ExpiresAt = plan.UndoUntil + TimeSpan.FromDays(30) }));
}
