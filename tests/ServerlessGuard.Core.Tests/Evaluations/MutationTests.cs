using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace ServerlessGuard.Tests.Evaluations;

/// <summary>Documents of any shape: every fixture, changed at random, goes through ingestion, readers, joins and rules without an exception or a fault.</summary>
public sealed class MutationTests
{
    private static readonly string[] Fixtures =
        [.. Directory.EnumerateFiles(Repository.Path("tests", "fixtures"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    private static readonly string[] Odd =
    [
        "null", "true", "0", "-1", "1e400", "\"\"", "\"\\ud800\"", "\"%7B\"", "\"{\"", "\"*\"", "[]", "{}", "[[[[]]]]", "[null]", "{\"\":null}", "\"${aws:x}\"",
        "\"0.0.0.0/0\"", "\"::/0\"", "{\"value\":[]}", "\"9999999999999999999999\"", "\"../../x\"", "\"<script>\"", "[{\"Effect\":\"Allow\"}]", "\"2299-12-31T00:00:00Z\"",
    ];

    [Property(MaxTest = 3000)]
    public Property Nothing_throws_out_of_the_core()
    {
        var change = from at in Gen.Choose(0, 400) from value in Gen.Elements(Odd) from remove in Gen.Choose(0, 4) select (at, value, remove);
        var inputs = from which in Gen.Choose(0, Fixtures.Length - 1) from other in Gen.Choose(0, Fixtures.Length - 1) from changes in change.ListOf() select (which, other, changes.Take(8).ToList());
        return Prop.ForAll(Arb.From(inputs), input =>
        {
            var mutated = Mutate(Fixtures[input.which], input.Item3);
            var result = OneScan.Of(mutated, Fixtures[input.other]);
            Assert.Empty(result.Faults);
            return true;
        });
    }

    /// <summary>Bytes, not trees: cut, doubled and overwritten text.</summary>
    [Property(MaxTest = 1000)]
    public bool Broken_text_is_no_record_or_a_judged_one(byte which, ushort cut, byte letter)
    {
        var text = new StringBuilder(Fixtures[which % Fixtures.Length]);
        text[cut % text.Length] = (char)(letter % 128);
        var half = text.ToString()[..(cut % text.Length)];
        return OneScan.Of(text.ToString()).Faults.Count == 0 && OneScan.Of(half).Faults.Count == 0;
    }

    private static string Mutate(string document, List<(int At, string Value, int Remove)> changes)
    {
        // Strings with a lone surrogate cannot stand in a JsonNode tree: they are put in as text at the end.
        var node = JsonNode.Parse(document)!;
        var marks = new List<(string Mark, string Value)>();
        foreach (var (at, value, remove) in changes)
        {
            var places = Places(node).ToList();
            if (places.Count == 0)
            {
                break;
            }

            var (parent, name, index) = places[at % places.Count];
            var mark = $"@@{marks.Count}@@";
            if (parent is JsonObject owner)
            {
                if (remove == 0)
                {
                    owner.Remove(name!);
                }
                else
                {
                    owner[name!] = mark;
                    marks.Add((mark, value));
                }
            }
            else if (parent is JsonArray list)
            {
                list[index] = mark;
                marks.Add((mark, value));
            }
        }

        var text = node.ToJsonString();
        return marks.Aggregate(text, (current, pair) => current.Replace($"\"{pair.Mark}\"", pair.Value, StringComparison.Ordinal));
    }

    private static IEnumerable<(JsonNode Parent, string? Name, int Index)> Places(JsonNode node)
    {
        switch (node)
        {
            case JsonObject owner:
                foreach (var (name, value) in owner.ToList())
                {
                    yield return (owner, name, -1);
                    foreach (var inner in value is null ? [] : Places(value))
                    {
                        yield return inner;
                    }
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    yield return (list, null, i);
                    foreach (var inner in list[i] is { } value ? Places(value) : [])
                    {
                        yield return inner;
                    }
                }

                break;
        }
    }
}
