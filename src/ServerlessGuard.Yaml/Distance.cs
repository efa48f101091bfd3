namespace ServerlessGuard.Yaml;

/// <summary>How many letters two words differ by (Levenshtein), for "did you mean".</summary>
internal static class Distance
{
    public static int Between(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                var change = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(row[j - 1], above) + 1, diagonal + change);
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
