using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Aws.Account;

/// <summary>What changed, by whom.</summary>
/// <param name="Item">The item after the change.</param>
/// <param name="Before">The item before it; null for a new resource.</param>
/// <param name="Actor">The ARN of the principal.</param>
/// <param name="At">When it was captured.</param>
public sealed record ItemChange(JsonObject Item, JsonObject? Before, string Actor, DateTimeOffset At);
