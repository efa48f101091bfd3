namespace ServerlessGuard.Page.Board;

/// <summary>One copy of texts that repeat. Bounded: hostile input does not fill it.</summary>
internal sealed class StringPool
{
    private const int MostTexts = 50_000;
    private const int Longest = 400;

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    public string Of(string text)
    {
        if (text.Length > Longest)
        {
            return text;
        }

        lock (_texts)
        {
            if (_texts.TryGetValue(text, out var known))
            {
                return known;
            }

            if (_texts.Count < MostTexts)
            {
                _texts.Add(text, text);
            }

            return text;
        }
    }
}
