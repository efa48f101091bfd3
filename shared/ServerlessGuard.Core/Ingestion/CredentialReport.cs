using System.Text;
using System.Text.Json;
using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Ingestion;

/// <summary>
/// The IAM credential report: CSV with a header line, a row per user and one for <c>&lt;root_account&gt;</c>. Values are TRUE/FALSE, ISO
/// times,
/// <c>N/A</c>, <c>no_information</c> or <c>not_supported</c>.
/// </summary>
/// <remarks>Source: IAM User Guide, "Get credential reports for your AWS account".</remarks>
public static class CredentialReport
{
    private const string FirstColumns = "user,arn,";

    public static bool Looks(ReadOnlySpan<char> text) =>
        text.TrimStart('\uFEFF').TrimStart().StartsWith(FirstColumns, StringComparison.OrdinalIgnoreCase);

    public static IEnumerable<Reading> Read(string csv) => Read(csv, Envelope.None);

    internal static IEnumerable<Reading> Read(string csv, Envelope envelope)
    {
        string[]? header = null;
        foreach (var cells in Csv.Rows(csv.TrimStart('\uFEFF')))
        {
            if (header is null)
            {
                header = cells;
                if (header is not ["user", "arn", ..])
                {
                    yield return new Reading.Unreadable("a credential report without the columns user and arn");
                    yield break;
                }
            }
            else if (cells.Length != header.Length)
            {
                yield return new Reading.Unreadable(
                    $"a credential report row with {cells.Length} cells where the header has {header.Length}");
            }
            else
            {
                yield return Row(header, cells, envelope);
            }
        }
    }

    private static Reading Row(string[] header, string[] cells, Envelope envelope)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            for (var i = 0; i < header.Length; i++)
            {
                writer.WriteString(header[i], cells[i]);
            }

            writer.WriteEndObject();
        }

        if (!DocText.TryParse(Encoding.UTF8.GetString(buffer.ToArray()), out var element))
        {
            return new Reading.Unreadable("a credential report row that is not text");
        }

        var account = Arn.TryParse(cells[1], out var arn) ? arn.Account : envelope.Account;
        return new Reading.Found(new Resource
        {
            Ref = new ResourceRef
            {
                Provider = Provider.Aws,
                NativeType = AwsAnswerTypes.CredentialReportRow,
                Id = cells[1],
                Account = account,
                Region = "global",
                Name = cells[0],
            },
            Document = new Doc(element),
            Configuration = new Doc(element),
        });
    }
}
