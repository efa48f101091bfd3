using System.Text.Json.Nodes;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation;

/// <summary>The clouds' control planes are eventually consistent: a few looks before a write is called a failure.</summary>
internal static class ReadBack
{
    private const int Looks = 6;

    public static async Task<bool> ShowsAsync(
        Remediator remediator, Finding finding, JsonNode expected, Backoff backoff, TimeProvider time, CancellationToken cancellation)
    {
        for (var look = 1; ; look++)
        {
            if (await remediator.ReadAsync(finding, cancellation) is { } live && JsonNode.DeepEquals(live, expected))
            {
                return true;
            }

            if (look == Looks)
            {
                return false;
            }

            await backoff.WaitAsync(look + 2, time, cancellation);
        }
    }
}
