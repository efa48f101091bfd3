using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;

namespace ServerlessGuard.Facts.Aws;

/// <summary>Times in IAM's answers: ISO 8601, or a word for none (N/A, no_information, not_supported).</summary>
internal static class AwsTime
{
    public static DateTimeOffset? Read(Doc value) => AwsItemReader.Time(value);
}
