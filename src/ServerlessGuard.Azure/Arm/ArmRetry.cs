using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ServerlessGuard.Azure.Arm;

/// <summary>
/// Azure.Core's retries, which honour Retry-After, but not one that outlasts the function: ARM asks for minutes when a subscription is out
/// of tokens.
/// </summary>
internal sealed class ArmRetry(ArmSettings settings)
    : RetryPolicy(settings.MaxRetries, DelayStrategy.CreateExponentialDelayStrategy(settings.FirstWait, settings.LongestWait))
{
    protected override bool ShouldRetry(HttpMessage message, Exception? exception) =>
        !IsTooLong(message) && base.ShouldRetry(message, exception);

    protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
        !IsTooLong(message) && await base.ShouldRetryAsync(message, exception);

    private bool IsTooLong(HttpMessage message) => message.HasResponse
        && message.Response.Headers.TryGetValue("Retry-After", out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds > settings.LongestWait.TotalSeconds;
}
