using System.Text;

namespace ServerlessGuard.Ingestion;

/// <summary>Rows of comma-separated values (RFC 4180): quoted cells may hold commas, quotes and line ends.</summary>
internal static class Csv
{
    public static IEnumerable<string[]> Rows(string text)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] is '"':
                    cell.Append('"');
                    i++;
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    cells.Add(cell.ToString());
                    cell.Clear();
                    break;
                case '\r' when !quoted:
                    break;
                case '\n' when !quoted:
                    if (cells.Count > 0 || cell.Length > 0)
                    {
                        cells.Add(cell.ToString());
                        yield return [.. cells];
                    }

                    cells.Clear();
                    cell.Clear();
                    break;
                default:
                    cell.Append(c);
                    break;
            }
        }

        if (cells.Count > 0 || cell.Length > 0)
        {
            cells.Add(cell.ToString());
            yield return [.. cells];
        }
    }
}
