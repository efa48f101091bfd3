using System.Text.Json;
using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Findings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Cli.Findings;

/// <summary>Counts by account, and their sum.</summary>
internal static class SummaryFormats
{
    private static readonly Severity[] Severities = [.. Enum.GetValues<Severity>().OrderDescending()];

    private static readonly FindingStatus[] Statuses = [FindingStatus.Open, FindingStatus.Suppressed, FindingStatus.Resolved];

    public static void Write(string format, IReadOnlyList<(string Partition, Summary Counts)> accounts, TextWriter output)
    {
        var total = accounts.Aggregate(Summary.Empty, (sum, account) => sum.Plus(account.Counts));
        switch (format)
        {
            case "json":
                JsonText.Write(output, writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteStartObject("total");
                    Counts(writer, total);
                    writer.WriteEndObject();
                    writer.WriteStartArray("accounts");
                    foreach (var (partition, counts) in accounts)
                    {
                        var (provider, account) = Split(partition);
                        writer.WriteStartObject();
                        writer.WriteString("provider", provider);
                        writer.WriteString("account", account);
                        Counts(writer, counts);
                        writer.WriteEndObject();
                    }

                    writer.WriteEndArray();
                    writer.WriteEndObject();
                });
                break;
            case "csv":
                CsvFormat.Line(output, "provider", "account", "status", "severity", "findings");
                foreach (var (partition, counts) in accounts)
                {
                    var (provider, account) = Split(partition);
                    foreach (var (status, severity) in Statuses.SelectMany(status => Severities.Select(severity => (status, severity))))
                    {
                        CsvFormat.Line(output, provider, account, status.ToString(), severity.ToString(),
                            counts[status, severity].ToString());
                    }
                }

                break;
            default:
                var width = accounts.Select(account => account.Partition.Length).Append("account".Length).Max();
                output.WriteLine(
                    $"{"account".PadRight(width)}  {"critical",9} {"high",9} {"medium",9} {"low",9}  {"suppressed",10} {"resolved",10}");
                foreach (var (partition, counts) in accounts)
                {
                    Row(output, Terminal.Safe(partition).PadRight(width), counts);
                }

                Row(output, "total".PadRight(width), total);
                break;
        }
    }

    private static void Row(TextWriter output, string name, Summary counts) => output.WriteLine(
        $"{name}  {string.Join(' ', Severities.Select(severity => $"{counts[FindingStatus.Open, severity],9}"))}  "
            + $"{Sum(counts, FindingStatus.Suppressed),10} {Sum(counts, FindingStatus.Resolved),10}");

    private static long Sum(Summary counts, FindingStatus status) => Severities.Sum(severity => counts[status, severity]);

    private static void Counts(Utf8JsonWriter writer, Summary counts)
    {
        foreach (var status in Statuses)
        {
            writer.WriteStartObject(status.ToString().ToLowerInvariant());
            foreach (var severity in Severities)
            {
                writer.WriteNumber(severity.ToString().ToLowerInvariant(), counts[status, severity]);
            }

            writer.WriteEndObject();
        }
    }

    private static (string Provider, string Account) Split(string partition)
    {
        var cut = partition.IndexOf(':', StringComparison.Ordinal);
        return cut < 0 ? (string.Empty, partition) : (partition[..cut], partition[(cut + 1)..]);
    }
}
