using System.Globalization;

namespace ServerlessGuard.Lab.Demo;

/// <summary>Tells the story in a terminal: plain lines, with colour only where there is a terminal that wants it.</summary>
internal sealed class Narrator(TextWriter output, bool colours, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly DateTimeOffset _begin = time.GetUtcNow();

    public TimeSpan Elapsed => time.GetUtcNow() - _begin;

    public void Title(string text) => Line(string.Empty, "1", Environment.NewLine + text);

    public void Chapter(int number, string text) => Line(string.Empty, "1;36", $"{Environment.NewLine}{number}. {text}");

    /// <summary>What somebody does, or the clouds do.</summary>
    public void Says(string who, string what) => Line(who, "0", what);

    public void Good(string what) => Line("  ok", "32", what);

    public void Bad(string what) => Line("  NO", "1;31", what);

    public void Plain(string text) => Line(string.Empty, "0", text);

    public void Quiet(string text) => Line(string.Empty, "2", text);

    public static string Ms(TimeSpan span) => span.TotalSeconds >= 10
        ? span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
        : span.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + " ms";

    private void Line(string label, string style, string text)
    {
        var line = label.Length == 0 ? text : $"  {label,-14} {text}";
        lock (_lock)
        {
            output.WriteLine(colours ? $"\u001b[{style}m{line}\u001b[0m" : line);
            output.Flush();
        }
    }
}
