using System.Collections.Immutable;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Settings;

namespace ServerlessGuard.Permissions;

/// <summary>What in AWS leads to a verdict: the types that AWS Config records, and the API calls on what it does not.</summary>
public static class AwsTriggers
{
    /// <summary>
    /// Types with a reader, or with data, that AWS Config does not record. Source: the enumeration ResourceType of its API.
    /// </summary>
    public static ImmutableHashSet<string> NotRecorded { get; } = ImmutableHashSet.Create<string>(
        StringComparer.Ordinal,
        AwsAnswerTypes.AccessKey,
        AwsAnswerTypes.AccountSummary,
        AwsAnswerTypes.CredentialReportRow,
        AwsAnswerTypes.IdentityPoolRoles,
        AwsAnswerTypes.LoginProfile,
        AwsAnswerTypes.MfaDevice,
        AwsAnswerTypes.OrganizationFeatures,
        AwsAnswerTypes.ServiceCredential,
        "AWS::::Account",
        "AWS::Config::ConfigurationRecorder",
        "AWS::SageMaker::EndpointConfig",
        "AWS::SageMaker::NotebookInstance",
        "AWS::SecurityHub::Hub");

    /// <summary>Types whose Config items some rule judges or joins, sorted.</summary>
    public static ImmutableArray<string> Recorded { get; } =
    [
        .. FactReaders.All.Select(reader => reader.NativeType).Concat(RuleSettings.DefaultDataBearingTypes)
            .Where(type => type.StartsWith("AWS::", StringComparison.Ordinal) && !NotRecorded.Contains(type))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// What EventBridge calls the sender of a service's API calls. Only AWS can send under <c>aws.</c>; without it anyone in the account
    /// who may call PutEvents could tell of calls that never happened. Source: EventBridge user guide, "AWS service events delivered via
    /// AWS CloudTrail".
    /// </summary>
    /// <param name="eventSource">CloudTrail's: <c>iam.amazonaws.com</c>.</param>
    public static string Sender(string eventSource) => "aws." + eventSource.Split('.')[0];

    /// <summary>By CloudTrail event source: calls that change what Config does not record. IAM's are written in us-east-1 only.</summary>
    public static ImmutableSortedDictionary<string, ImmutableArray<string>> CloudTrail
        { get; } = LiveReads.Calls.Keys.GroupBy(call => call.Source, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(calls => calls.Key,
            calls => calls.Select(call => call.Name).Order(StringComparer.Ordinal).ToImmutableArray(), StringComparer.Ordinal);
}
