using System.Globalization;
using System.Text;

namespace ServerlessGuard.Notifications;

/// <summary>
/// Foreign text as people are shown it: on one line, nothing invisible that reorders or hides what stands beside it, right-to-left text
/// isolated, cut between graphemes. Idempotent; what a platform parses is escaped by its renderer.
/// </summary>
public static class PlainText
{
    public const string Blank = "(blank)";

    private const int FirstStrongIsolate = 0x2068;
    private const int PopIsolate = 0x2069;
    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;
    private const int MaxDepth = 2;

    /// <summary>Writing needs three; a pile of hundreds paints over the lines around it.</summary>
    private const int MaxMarks = 4;

    /// <param name="text">Anything; null and what shows nothing is <see cref="Blank"/>.</param>
    /// <param name="max">UTF-16 units of the answer, at least 16.</param>
    public static string Of(string? text, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 16);
        var clean = Clean(text ?? string.Empty, max, MaxDepth, out var bare);
        if (bare)
        {
            // Our own isolate around it is one of those that may lie within each other.
            clean = Clean(text ?? string.Empty, max, MaxDepth - 1, out _);
        }

        if (string.IsNullOrWhiteSpace(clean))
        {
            return Blank;
        }

        var isolated = bare ? $"\u2068{clean}\u2069" : clean;
        return isolated.Length <= max ? isolated : Cut(clean, max - (bare ? 2 : 0), bare);
    }

    /// <param name="max">What is cut off later need not be read.</param>
    /// <param name="deepest">So many isolates may lie within each other.</param>
    /// <param name="bare">Right-to-left text stands outside an isolate.</param>
    private static string Clean(string text, int max, int deepest, out bool bare)
    {
        var clean = new StringBuilder();
        var (depth, marks) = (0, 0);
        bare = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (marks > MaxMarks)
            {
                continue;
            }

            switch (category)
            {
                case UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.SpaceSeparator:
                    if (clean.Length > 0 && clean[^1] is not ' ')
                    {
                        clean.Append(' ');
                    }

                    break;
                case UnicodeCategory.Format:
                    depth = Keep(clean, rune, depth, deepest);
                    break;
                default:
                    clean.Append(rune);
                    bare |= depth == 0 && IsRightToLeft(rune.Value);
                    break;
            }

            if (clean.Length > max * 2)
            {
                break;
            }
        }

        return clean.ToString().TrimEnd() + new string((char)PopIsolate, depth);
    }

    private static int Keep(StringBuilder clean, Rune format, int depth, int deepest)
    {
        switch (format.Value)
        {
            case FirstStrongIsolate when depth < deepest:
                clean.Append(format);
                return depth + 1;
            case PopIsolate when depth > 0:
                clean.Append(format);
                return depth - 1;
            case ZeroWidthJoiner or ZeroWidthNonJoiner when clean.Length > 0:
                clean.Append(format);
                return depth;
            default:
                return depth;
        }
    }

    private static string Cut(string clean, int max, bool bare)
    {
        var (end, depth, closers) = (0, 0, 0);
        while (end < clean.Length)
        {
            var length = StringInfo.GetNextTextElementLength(clean.AsSpan(end));
            depth += clean[end] switch
            {
                (char)FirstStrongIsolate => 1,
                (char)PopIsolate => -1,
                _ => 0,
            };
            if (end + length + 1 + depth > max)
            {
                break;
            }

            end += length;
            closers = depth;
        }

        var cut = $"{clean.AsSpan(0, end).TrimEnd()}…{new string((char)PopIsolate, closers)}";
        return bare ? $"\u2068{cut}\u2069" : cut;
    }

    private static bool IsRightToLeft(int rune) => rune is
        (>= 0x0590 and <= 0x08FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFE) or (>= 0x10800 and <= 0x10FFF)
            or (>= 0x1E800 and <= 0x1EFFF);
}
