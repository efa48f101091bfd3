using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Notifications;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Chat.Slack;

/// <summary>
/// A button, and what its click sends back: action_id is the decision's word, value
/// <c>{"p":partition,"f":finding,"v":revision,"l":plan,"s":severity,"e":evidence}</c>.
/// </summary>
public static class SlackButton
{
    private const int ValueLength = 2000;
    private const int LabelLength = 75;
    private const int ConfirmLength = 300;
    private const int ConfirmWordLength = 30;

    /// <summary>Null when what it is about does not fit: a click that says only half would be worse than none.</summary>
    internal static JsonObject? Of(ActionButton button)
    {
        var value = Value(button.Target);
        if (value.Length > ValueLength)
        {
            return null;
        }

        var element = new JsonObject
        {
            ["type"] = "button",
            ["action_id"] = button.Word,
            ["text"] = SlackText.Plain(button.Label, LabelLength),
            ["value"] = value,
        };
        if (Style(button.Style) is { } style)
        {
            element["style"] = style;
        }

        if (button.Confirm is { } confirm)
        {
            element["confirm"] = new JsonObject
            {
                ["title"] = SlackText.Plain(button.Label, LabelLength),
                ["text"] = SlackText.Plain(confirm, ConfirmLength),
                ["confirm"] = SlackText.Plain(button.Label, ConfirmWordLength),
                ["deny"] = SlackText.Plain("Cancel", ConfirmWordLength),
            };
        }

        return element;
    }

    public static string Value(ButtonTarget target)
    {
        var value = new JsonObject { ["p"] = target.Partition };
        if (target.FindingId is { } finding)
        {
            value["f"] = finding;
        }

        if (target.Revision != 0)
        {
            value["v"] = target.Revision;
        }

        if (target.PlanId is { } plan)
        {
            value["l"] = plan;
        }

        if (target.Severity is { } severity)
        {
            value["s"] = (int)severity;
        }

        if (target.Evidence is { } evidence)
        {
            value["e"] = evidence;
        }

        return value.ToJsonString();
    }

    /// <summary>The inverse of <see cref="Value"/>; null for anything else.</summary>
    public static ButtonTarget? Read(string? value)
    {
        if (value is null or { Length: > ValueLength })
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(value) is JsonObject click && click["p"] is JsonValue partition
                && partition.TryGetValue<string>(out var owner)
                && IsAbsentOr(click["f"], out string? finding) && IsAbsentOr(click["v"], out long revision)
                && IsAbsentOr(click["l"], out string? plan)
                && IsAbsentOr(click["s"], out int severity) && (severity == 0 || Enum.IsDefined((Severity)severity))
                && IsAbsentOr(click["e"], out string? evidence)
                ? new ButtonTarget(owner, finding, revision, plan, severity == 0 ? null : (Severity)severity, evidence)
                : null;
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsAbsentOr<T>(JsonNode? node, out T? value)
    {
        value = default;
        return node is null || (node is JsonValue scalar && scalar.TryGetValue(out value));
    }

    private static string? Style(ButtonStyle style) => style switch
    {
        ButtonStyle.Plain => null,
        ButtonStyle.Primary => "primary",
        ButtonStyle.Danger => "danger",
    };
}
