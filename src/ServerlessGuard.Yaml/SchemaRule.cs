using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using ServerlessGuard.Documents;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Verdicts;
using ServerlessGuard.Yaml.Schemas;

namespace ServerlessGuard.Yaml;

/// <summary>A custom rule: the document of a compliant resource satisfies the schema.</summary>
public sealed class SchemaRule(RuleSchema schema, string nativeType, string file, long line,
    ImmutableArray<RuleExample> examples) : DocumentRule
{
    public override RuleDescriptor Descriptor => RuleDescriptor;

    public required RuleDescriptor RuleDescriptor { get; init; }

    public override string NativeType { get; } = nativeType;

    /// <summary>
    /// Azure: the version of the API that the document is read with, where no built-in rule reads the type; null: none was named.
    /// </summary>
    public string? ApiVersion { get; init; }

    public string File { get; } = file;

    public long Line { get; } = line;

    public ImmutableArray<RuleExample> Examples { get; } = examples;

    public override Verdict Judge(Resource resource)
    {
        if (!resource.IsObserved)
        {
            return Verdict.InsufficientData("configuration", "not in the document");
        }

        var document = PlainDocument.Of(resource);
        Failure? failure;
        try
        {
            failure = schema.Check(document);
        }
        catch (RegexMatchTimeoutException slow)
        {
            return Verdict.InsufficientData("pattern", $"\"{slow.Pattern}\" took too long on a text of this resource");
        }
        catch (InsufficientExecutionStackException)
        {
            return Verdict.InsufficientData("schema", "it goes deeper into the document of this resource than can be followed");
        }
        catch (InvalidOperationException)
        {
            // System.Text.Json has no text for a lone surrogate.
            return Verdict.InsufficientData("configuration", "a text of the document is not Unicode");
        }

        if (failure is null)
        {
            return Verdict.Compliant;
        }

        var path = failure.Place.ToString();
        return Verdict.NonCompliant(RuleDescriptor.Risk, new Evidence(path, $"{Value(document, path)} ({failure.Message})"));
    }

    /// <summary>Runs the rule on one of its examples, as a scan would.</summary>
    public Compliance Try(RuleExample example)
    {
        foreach (var reading in RecordReader.Read(new Doc(example.Document)))
        {
            if (reading is Reading.Found found && found.Resource.Ref.NativeType.Equals(NativeType, StringComparison.OrdinalIgnoreCase))
            {
                return Judge(found.Resource).Compliance;
            }
        }

        return Compliance.NotApplicable;
    }

    private static string Value(JsonElement document, string pointer)
    {
        var place = new Doc(document);
        foreach (var part in pointer.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            place = place.IsArray && int.TryParse(name, out var index) ? place.Items.All().ElementAtOrDefault(index) : place[name];
        }

        return place.ToString();
    }
}
