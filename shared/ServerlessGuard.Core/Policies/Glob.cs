namespace ServerlessGuard.Policies;

/// <summary>IAM's wildcards: <c>*</c> is any run of characters, <c>?</c> any single one.</summary>
public static class Glob
{
    public static bool HasWildcard(ReadOnlySpan<char> text) => text.IndexOfAny('*', '?') >= 0;

    /// <summary>Does the pattern match this literal text?</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, bool ignoreCase = false)
    {
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] is '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && (pattern[p] is '?' || Same(pattern[p], text[t], ignoreCase)))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] is '*')
        {
            p++;
        }

        return p == pattern.Length;
    }

    /// <summary>
    /// Does every text that <paramref name="narrow"/> matches also match <paramref name="wide"/>? A star of the narrow pattern can only be
    /// met by a star of the wide one.
    /// </summary>
    public static bool Covers(ReadOnlySpan<char> wide, ReadOnlySpan<char> narrow, bool ignoreCase = false)
    {
        int w = 0, n = 0, star = -1, mark = 0;
        while (n < narrow.Length)
        {
            if (w < wide.Length && wide[w] is '*')
            {
                star = w++;
                mark = n;
            }
            else if (w < wide.Length
                && (wide[w] is '?' ? narrow[n] is not '*' : narrow[n] is not '*' and not '?' && Same(wide[w], narrow[n], ignoreCase)))
            {
                w++;
                n++;
            }
            else if (star >= 0)
            {
                w = star + 1;
                n = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (w < wide.Length && wide[w] is '*')
        {
            w++;
        }

        return w == wide.Length;
    }

    /// <summary>Is there any text that both patterns match?</summary>
    public static bool Meet(string first, string second, bool ignoreCase = false)
    {
        // reachable[j]: the text matched so far by first[..i] can be matched by second[..j].
        Span<bool> reachable = second.Length < 256 ? stackalloc bool[second.Length + 1] : new bool[second.Length + 1];
        Span<bool> next = second.Length < 256 ? stackalloc bool[second.Length + 1] : new bool[second.Length + 1];
        reachable.Clear();
        reachable[0] = true;
        Skip(second, reachable);
        foreach (var c in first)
        {
            next.Clear();
            Step(c, second, reachable, next, ignoreCase);
            Skip(second, next);
            next.CopyTo(reachable);
        }

        return reachable[second.Length];
    }

    private static void Step(char c, string second, Span<bool> reachable, Span<bool> next, bool ignoreCase)
    {
        if (c is '*')
        {
            // A star swallows nothing, or any further part of the other pattern.
            var any = false;
            for (var j = 0; j <= second.Length; j++)
            {
                any |= reachable[j];
                next[j] = any;
            }

            return;
        }

        for (var j = 0; j < second.Length; j++)
        {
            if (!reachable[j])
            {
                continue;
            }

            if (second[j] is '*')
            {
                next[j] = true;
            }
            else if (second[j] is '?' || c is '?' || Same(c, second[j], ignoreCase))
            {
                next[j + 1] = true;
            }
        }
    }

    private static void Skip(string second, Span<bool> reachable)
    {
        for (var j = 0; j < second.Length; j++)
        {
            if (reachable[j] && second[j] is '*')
            {
                reachable[j + 1] = true;
            }
        }
    }

    private static bool Same(char a, char b, bool ignoreCase) =>
        a == b || ignoreCase && char.ToLowerInvariant(a) == char.ToLowerInvariant(b);
}
