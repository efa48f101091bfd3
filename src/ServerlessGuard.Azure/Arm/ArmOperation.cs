using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Core;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Azure.Arm;

/// <summary>Follows a write to its end: Azure-AsyncOperation, Location, or a provisioningState that is not final yet.</summary>
/// <remarks>https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations</remarks>
internal sealed class ArmOperation(ArmClient arm, ArmSettings settings, TimeProvider time)
{
    public async Task<ArmResource?> FollowAsync(ArmWrite write, Response first, CancellationToken cancellation)
    {
        var end = time.GetUtcNow() + settings.Patience;
        var status = Link(first, "Azure-AsyncOperation");
        var location = Link(first, "Location");
        if (status is not null && first.Status is 200 or 201 or 202)
        {
            await UntilAsync(write, status, end, StatusOf, first, cancellation);
            return await FinalAsync(write, cancellation);
        }

        if (location is not null && first.Status is 202)
        {
            await UntilAsync(write, location, end, static answer => answer.Status is 202 ? "InProgress" : "Succeeded", first, cancellation);
            return await FinalAsync(write, cancellation);
        }

        if (write.Method == HttpMethod.Delete || first.Status is 204 || first.Content.ToMemory().IsEmpty)
        {
            return null;
        }

        var resource = ArmClient.Resource(write.Id, first);
        while (!IsFinal(ProvisioningState(resource.Body)))
        {
            await WaitAsync(write, first, end, cancellation);
            resource = await arm.FindAsync(write.Id, write.ApiVersion, cancellation)
                ?? throw new CloudCallException("404", $"{write.Method} {write.Id}: gone while it was provisioned", isTransient: true);
        }

        return Succeeded(write, ProvisioningState(resource.Body)) ? resource : null;
    }

    private async Task<ArmResource?> FinalAsync(ArmWrite write, CancellationToken cancellation) =>
        write.Method == HttpMethod.Put || write.Method == HttpMethod.Patch
            ? await arm.FindAsync(write.Id, write.ApiVersion, cancellation)
            : null;

    private async Task UntilAsync(ArmWrite write, Uri link, DateTimeOffset end, Func<Response, string?> state, Response first,
        CancellationToken cancellation)
    {
        for (var last = first; ;)
        {
            await WaitAsync(write, last, end, cancellation);
            using var answer = await arm.SendAsync(RequestMethod.Get, link, null, null, cancellation);
            var now = state(ArmClient.Checked(answer, "GET", "operation of " + write.Id));
            if (IsFinal(now))
            {
                Succeeded(write, now);
                return;
            }

            last = answer;
        }
    }

    /// <summary>Transient at the end of our patience: reading back later shows whether it went through.</summary>
    private async Task WaitAsync(ArmWrite write, Response last, DateTimeOffset end, CancellationToken cancellation)
    {
        var wait = last.Headers.TryGetValue("Retry-After", out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : settings.Look;
        if (time.GetUtcNow() + wait > end)
        {
            throw new CloudCallException("StillRunning", $"{write.Method} {write.Id}: not done after {settings.Patience.TotalSeconds:0} s",
                isTransient: true);
        }

        await Task.Delay(wait, time, cancellation);
    }

    private static string? StatusOf(Response answer)
    {
        var body = ArmClient.Json(answer, "GET", "operation");
        return body.ValueKind is JsonValueKind.Object && body.TryGetProperty("status", out var status) ? status.GetString() : null;
    }

    private static string? ProvisioningState(JsonElement body) =>
        body.ValueKind is JsonValueKind.Object && body.TryGetProperty("properties", out var properties)
            && properties.ValueKind is JsonValueKind.Object
        && properties.TryGetProperty("provisioningState", out var state) && state.ValueKind is JsonValueKind.String
            ? state.GetString()
            : null;

    /// <summary>What has no state is done; the three final ones are ARM's.</summary>
    private static bool IsFinal(string? state) => state is null
        || state.Equals("Succeeded", StringComparison.OrdinalIgnoreCase)
        || state.Equals("Failed", StringComparison.OrdinalIgnoreCase)
        || state.Equals("Canceled", StringComparison.OrdinalIgnoreCase);

    private static bool Succeeded(ArmWrite write, string? state) =>
        state is null || state.Equals("Succeeded", StringComparison.OrdinalIgnoreCase)
        ? true
        : throw new CloudCallException(state, $"{write.Method} {write.Id}: ended as {state}", isTransient: false);

    /// <summary>Only on the endpoint's own host.</summary>
    private Uri? Link(Response response, string header) =>
        response.Headers.TryGetValue(header, out var text) && Uri.TryCreate(text, UriKind.Absolute, out var link) && settings.IsOurs(link)
            ? link
            : null;
}
