using System.Text.Json.Nodes;

namespace ServerlessGuard.Chat.Tests.Slack;

/// <summary>
/// Slack's published limits (docs.slack.dev/reference/block-kit: blocks, composition objects, block elements), for the parts that we use; anything else is a fault.
/// Lengths are UTF-16 units, the strictest way to count.
/// </summary>
internal static class BlockKit
{
    public static List<string> Faults(JsonObject payload)
    {
        var faults = new List<string>();
        Only(faults, payload, "payload", "text", "mrkdwn", "unfurl_links", "unfurl_media", "blocks");
        Length(faults, "payload.text", payload["text"], 1, 4000);
        if (payload["blocks"] is not JsonArray { Count: > 0 and <= 50 } blocks)
        {
            return [.. faults, "blocks: 1 to 50"];
        }

        var actions = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < blocks.Count; i++)
        {
            Block(faults, $"blocks[{i}]", (JsonObject)blocks[i]!, actions);
        }

        return faults;
    }

    private static void Block(List<string> faults, string at, JsonObject block, HashSet<string> actions)
    {
        switch ((string?)block["type"])
        {
            case "divider":
                Only(faults, block, at, "type");
                break;
            case "header":
                Only(faults, block, at, "type", "text");
                Text(faults, at + ".text", block["text"], 150, plainOnly: true);
                break;
            case "section":
                Only(faults, block, at, "type", "text", "fields");
                if (block["text"] is null == block["fields"] is null)
                {
                    faults.Add(at + ": text or fields");
                }

                if (block["text"] is { } text)
                {
                    Text(faults, at + ".text", text, 3000);
                }

                if (block["fields"] is { } fields)
                {
                    Each(faults, at + ".fields", fields, 10, (place, field) => Text(faults, place, field, 2000));
                }

                break;
            case "context":
                Only(faults, block, at, "type", "elements");
                Each(faults, at + ".elements", block["elements"], 10, (place, element) => Text(faults, place, element, 3000));
                break;
            case "actions":
                Only(faults, block, at, "type", "elements");
                Each(faults, at + ".elements", block["elements"], 25, (place, element) => Button(faults, place, (JsonObject)element!, actions));
                break;
            default:
                faults.Add(at + ": type");
                break;
        }
    }

    private static void Button(List<string> faults, string at, JsonObject button, HashSet<string> actions)
    {
        Only(faults, button, at, "type", "action_id", "text", "value", "style", "confirm");
        if ((string?)button["type"] is not "button")
        {
            faults.Add(at + ".type");
        }

        Text(faults, at + ".text", button["text"], 75, plainOnly: true);
        Length(faults, at + ".action_id", button["action_id"], 1, 255);
        Length(faults, at + ".value", button["value"], 1, 2000);
        if (!actions.Add((string?)button["action_id"] ?? string.Empty))
        {
            faults.Add(at + ".action_id: twice");
        }

        if (button["style"] is { } style && (string?)style is not ("primary" or "danger"))
        {
            faults.Add(at + ".style");
        }

        if (button["confirm"] is JsonObject confirm)
        {
            Only(faults, confirm, at + ".confirm", "title", "text", "confirm", "deny");
            Text(faults, at + ".confirm.title", confirm["title"], 100, plainOnly: true);
            Text(faults, at + ".confirm.text", confirm["text"], 300, plainOnly: true);
            Text(faults, at + ".confirm.confirm", confirm["confirm"], 30, plainOnly: true);
            Text(faults, at + ".confirm.deny", confirm["deny"], 30, plainOnly: true);
        }
    }

    private static void Text(List<string> faults, string at, JsonNode? node, int max, bool plainOnly = false)
    {
        if (node is not JsonObject text || (string?)text["type"] is not ("plain_text" or "mrkdwn"))
        {
            faults.Add(at + ": no text object");
            return;
        }

        var plain = (string?)text["type"] is "plain_text";
        Only(faults, text, at, plain ? ["type", "text", "emoji"] : ["type", "text", "verbatim"]);
        Length(faults, at + ".text", text["text"], 1, max);
        if (plainOnly && !plain)
        {
            faults.Add(at + ": plain_text only");
        }
    }

    private static void Each(List<string> faults, string at, JsonNode? node, int max, Action<string, JsonNode?> check)
    {
        if (node is not JsonArray { Count: > 0 } list || list.Count > max)
        {
            faults.Add($"{at}: 1 to {max}");
            return;
        }

        for (var i = 0; i < list.Count; i++)
        {
            check($"{at}[{i}]", list[i]);
        }
    }

    private static void Length(List<string> faults, string at, JsonNode? node, int min, int max)
    {
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text) || text.Length < min || text.Length > max)
        {
            faults.Add($"{at}: {min} to {max} characters");
        }
    }

    private static void Only(List<string> faults, JsonObject node, string at, params string[] names) =>
        faults.AddRange(node.Select(pair => pair.Key).Except(names, StringComparer.Ordinal).Select(name => $"{at}.{name}: unknown"));
}
