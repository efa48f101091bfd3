using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Documents;
using ServerlessGuard.Remediation;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Aws.Reporting;

/// <summary>Answers a Config rule.</summary>
/// <remarks>API reference of AWS Config, PutEvaluations: at most 100 evaluations a call; those that failed come back and are sent
/// again.</remarks>
public sealed class ConfigReporter(IAwsApi api, TimeProvider time, Backoff backoff)
{
    private const int MaxEvaluations = 100;
    private const int MaxAttempts = 4;

    /// <exception cref="CloudCallException">Config did not take all of them.</exception>
    public async Task ReportAsync(ConfigCall call, IReadOnlyList<ConfigEvaluation> evaluations, CancellationToken cancellation)
    {
        foreach (var batch in evaluations.Chunk(MaxEvaluations))
        {
            IReadOnlyList<ConfigEvaluation> left = batch;
            for (var attempt = 1; left.Count > 0; attempt++)
            {
                left = await PutAsync(call, left, cancellation);
                if (left.Count > 0 && attempt == MaxAttempts)
                {
                    throw new CloudCallException("FailedEvaluations",
                        $"config PutEvaluations: {left.Count} of {batch.Length} evaluations were not accepted", isTransient: true);
                }

                if (left.Count > 0)
                {
                    await backoff.WaitAsync(attempt + 3, time, cancellation);
                }
            }
        }
    }

    /// <summary>What failed.</summary>
    private async Task<IReadOnlyList<ConfigEvaluation>> PutAsync(ConfigCall call, IReadOnlyList<ConfigEvaluation> evaluations,
        CancellationToken cancellation)
    {
        var body = new JsonObject
        {
            ["Evaluations"] = new JsonArray([.. evaluations.Select(Json)]),
            ["ResultToken"] = call.ResultToken,
        };
        if (call.IsTest)
        {
            body["TestMode"] = true;
        }

        var answer = await api.SendAsync(AwsRequest.Json(AwsRegion.Home, "config", "StarlingDoveService.PutEvaluations", body),
            cancellation);
        var failed = new Doc(ConfigInventory.Parse(answer, "PutEvaluations"))["FailedEvaluations"].Items.All()
            .Select(one => (one["ComplianceResourceType"].Text, one["ComplianceResourceId"].Text)).ToHashSet();
        return [.. evaluations.Where(evaluation => failed.Contains((evaluation.ResourceType, evaluation.ResourceId)))];
    }

    private static JsonNode Json(ConfigEvaluation evaluation)
    {
        var json = new JsonObject
        {
            ["ComplianceResourceType"] = evaluation.ResourceType,
            ["ComplianceResourceId"] = evaluation.ResourceId,
            ["ComplianceType"] = evaluation.Word,
            ["OrderingTimestamp"] = evaluation.OrderingTimestamp.ToUnixTimeMilliseconds() / 1000.0,
        };
        if (evaluation.Annotation is { } annotation)
        {
            json["Annotation"] = annotation;
        }

        return json;
    }
}
