using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Engine;

/// <summary>A fault and its causes in one line, without the stack.</summary>
public static class FaultLine
{
    private const int MostCauses = 4;
    private const int Longest = 500;

    /// <summary>Our own messages say what and where; of any other the type comes first.</summary>
    public static string Of(Exception fault)
    {
        var causes = new List<string>();
        for (var at = fault; at is not null && causes.Count < MostCauses; at = at.InnerException)
        {
            if (causes.Count == 0 || !causes[^1].Contains(at.Message, StringComparison.Ordinal))
            {
                causes.Add(at.Message.ReplaceLineEndings(" "));
            }
        }

        var line = string.Join(": ", causes);
        var text = fault is CloudCallException or TableUnavailableException or InvalidDataException
            ? line
            : $"{fault.GetType().Name}: {line}";
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }
}
