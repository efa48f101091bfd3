using System.Collections.Immutable;
using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace ServerlessGuard.Yaml;

/// <summary>Reading single values of guard.yaml: what is wrong becomes a fault with its line, and the default stands.</summary>
internal static class SettingsNodes
{
    /// <summary>What a key that is none was probably meant to be.</summary>
    public static string Hint(string key, IReadOnlyList<string> keys)
    {
        var begun = key.Length > 3 ? keys.FirstOrDefault(known => known.StartsWith(key, StringComparison.OrdinalIgnoreCase)) : null;
        var near = begun ?? keys.MinBy(known => Distance.Between(known, key))!;
        return begun is not null || Distance.Between(near, key) <= 3 ? $"did you mean {near}?" : "known keys: " + string.Join(", ", keys);
    }

    /// <summary>The entries of a mapping; a fault and none when it is something else.</summary>
    public static IEnumerable<(string Key, YamlNode Value, Place Place)> Entries(string key, YamlNode value, Place place)
    {
        if (value is YamlMappingNode mapping)
        {
            return mapping.Children.Select(entry =>
                (entry.Key.Scalar() ?? string.Empty, entry.Value, place with { Line = entry.Key.Line() }));
        }

        if (!value.IsNull())
        {
            place.Add($"{key}: expected keys and values");
        }

        return [];
    }

    public static bool Flag(string key, YamlNode value, Place place)
    {
        var text = value.Scalar();
        if (text is not ("true" or "false"))
        {
            place.Add($"{key}: expected true or false");
        }

        return text is "true";
    }

    public static YamlNode? Entry(YamlMappingNode mapping, string key) =>
        mapping.Children.FirstOrDefault(entry => entry.Key.Scalar() == key).Value;

    public static string Text(string key, YamlNode value, Place place, string fallback)
    {
        if (value.Scalar() is { Length: > 0 } text)
        {
            return text;
        }

        place.Add($"{key}: expected a single string");
        return fallback;
    }

    public static int Number(string key, Item item, Place place, int least, int most)
    {
        if (int.TryParse(item.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        place.Add($"{key}: \"{item.Text}\" is not a whole number from {least} to {most}", item.Line);
        return least;
    }

    /// <summary>Tags with the values that count: <c>{tag: [value]}</c>; as a list, or as one text, tags without any.</summary>
    public static ImmutableDictionary<string, ImmutableArray<string>> TagValues(string key, YamlNode value, Place place) =>
        (value is YamlMappingNode
            ? Entries(key, value, place)
                .Select(entry =>
                    KeyValuePair.Create(entry.Key,
                        List($"{key}.{entry.Key}", entry.Value, entry.Place).Select(item => item.Text).ToImmutableArray()))
            : List(key, value, place).Select(item => KeyValuePair.Create(item.Text, ImmutableArray<string>.Empty)))
        .GroupBy(tag => tag.Key, StringComparer.OrdinalIgnoreCase)
        .ToImmutableDictionary(tags => tags.Key, tags => tags.SelectMany(tag => tag.Value).ToImmutableArray(),
            StringComparer.OrdinalIgnoreCase);

    /// <summary>A list, or one value instead of a list of one.</summary>
    public static List<Item> List(string key, YamlNode value, Place place)
    {
        if (value.IsNull())
        {
            return [];
        }

        var items = new List<Item>();
        foreach (var node in value is YamlSequenceNode sequence ? sequence.Children : [value])
        {
            if (node.Scalar() is { } text)
            {
                items.Add(new Item(text, node.Line()));
            }
            else
            {
                place.Add($"{key}: expected a list of strings", node.Line());
            }
        }

        return items;
    }
}

/// <summary>One text and where it stands.</summary>
internal readonly record struct Item(string Text, long Line);

/// <summary>Where a setting stands, and where its faults go.</summary>
internal sealed record Place(string File, long Line, List<YamlFault> Faults)
{
    public void Add(string message, long? line = null) => Faults.Add(new YamlFault(File, line ?? Line, message));
}
