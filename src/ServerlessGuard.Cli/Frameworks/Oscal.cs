using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ServerlessGuard.Cli.Reports;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Cli.Frameworks;

/// <summary>
/// OSCAL assessment results. A finding for each control and cloud that was assessed; one that was not is not a finding. Identifiers are
/// made from names, so that two reports of one state are alike.
/// </summary>
/// <remarks>Source: OSCAL 1.1.2, assessment-results model.</remarks>
internal static class Oscal
{
    private const string Version = "1.1.2";

    public static void Write(ControlResults results, TextWriter output) => JsonText.Write(output, writer =>
    {
        var framework = results.Framework;
        var seed = $"{framework.Name}|{results.At:O}";
        var assessed = ControlFormats.All(results).Where(one => one.Result.State is not ControlState.NotAssessed).ToList();
        var plan = Id(seed + "|plan");
        writer.WriteStartObject();
        writer.WriteStartObject("assessment-results");
        writer.WriteString("uuid", Id(seed));
        writer.WriteStartObject("metadata");
        writer.WriteString("title", $"ServerlessGuard: {framework.Title}");
        writer.WriteString("last-modified", results.At);
        writer.WriteString("version", Report.Version);
        writer.WriteString("oscal-version", Version);
        writer.WriteEndObject();
        writer.WriteStartObject("import-ap");
        writer.WriteString("href", "#" + plan);
        writer.WriteEndObject();
        writer.WriteStartArray("results");
        writer.WriteStartObject();
        writer.WriteString("uuid", Id(seed + "|result"));
        writer.WriteString("title", framework.Title);
        writer.WriteString("description", framework.Missing is null
            ? $"Controls as of {framework.AsOf}."
            : $"Controls as of {framework.AsOf}; the list is partial and lacks {framework.Missing}.");
        writer.WriteString("start", results.At);
        Reviewed(writer, framework, assessed.Select(one => one.Control.Id).Distinct(StringComparer.Ordinal).ToList());
        if (assessed.Count > 0)
        {
            Observations(writer, results, seed, assessed);
            Findings(writer, framework, seed, assessed);
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartObject("back-matter");
        writer.WriteStartArray("resources");
        writer.WriteStartObject();
        writer.WriteString("uuid", plan);
        writer.WriteString("title", "No assessment plan: the rules of ServerlessGuard on exported configuration");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static void Reviewed(Utf8JsonWriter writer, Framework framework, List<string> controls)
    {
        writer.WriteStartObject("reviewed-controls");
        writer.WriteStartArray("control-selections");
        writer.WriteStartObject();
        if (controls.Count == 0)
        {
            writer.WriteString("description", "No control could be assessed.");
        }
        else
        {
            writer.WriteStartArray("include-controls");
            foreach (var control in controls)
            {
                writer.WriteStartObject();
                writer.WriteString("control-id", Token(framework, control));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Observations(Utf8JsonWriter writer, ControlResults results, string seed,
        List<(Control Control, Provider Cloud, ControlResult Result)> assessed)
    {
        writer.WriteStartArray("observations");
        foreach (var (control, cloud, result) in assessed)
        {
            writer.WriteStartObject();
            writer.WriteString("uuid", Id($"{seed}|{control.Id}|{cloud}|observation"));
            writer.WriteString("title", $"{control.Id} in {ControlFormats.Cloud(cloud)}");
            writer.WriteString("description",
                $"{result.Passed} passed, {result.Failed} failed ({result.Accepted} accepted), {result.Undecided} lack data; rules: "
                    + $"{string.Join(", ", result.Rules)}");
            writer.WriteStartArray("methods");
            writer.WriteStringValue("TEST");
            writer.WriteEndArray();
            if (result.Findings.Count > 0)
            {
                writer.WriteStartArray("relevant-evidence");
                foreach (var finding in result.Findings)
                {
                    writer.WriteStartObject();
                    writer.WriteString("description",
                        $"{finding.Rule} on {Terminal.Safe(finding.Resource.Id)}: {Terminal.Safe(finding.Reason)}"
                        + (finding.IsAccepted ? " (accepted)" : string.Empty));
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            }

            writer.WriteString("collected", results.At);
            writer.WriteEndObject();
            JsonText.Pass(writer);
        }

        writer.WriteEndArray();
    }

    private static void Findings(Utf8JsonWriter writer, Framework framework, string seed,
        List<(Control Control, Provider Cloud, ControlResult Result)> assessed)
    {
        writer.WriteStartArray("findings");
        foreach (var (control, cloud, result) in assessed)
        {
            var passed = result.State is ControlState.Passed;
            writer.WriteStartObject();
            writer.WriteString("uuid", Id($"{seed}|{control.Id}|{cloud}|finding"));
            writer.WriteString("title", $"{control.Id} in {ControlFormats.Cloud(cloud)}");
            writer.WriteString("description", control.Title.Length == 0 ? control.Id : control.Title);
            writer.WriteStartObject("target");
            writer.WriteString("type", "objective-id");
            writer.WriteString("target-id", Token(framework, control.Id));
            writer.WriteStartObject("status");
            writer.WriteString("state", passed ? "satisfied" : "not-satisfied");
            writer.WriteString("reason", passed ? "pass" : "fail");
            writer.WriteEndObject();
            writer.WriteEndObject();
            writer.WriteStartArray("related-observations");
            writer.WriteStartObject();
            writer.WriteString("observation-uuid", Id($"{seed}|{control.Id}|{cloud}|observation"));
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
            JsonText.Pass(writer);
        }

        writer.WriteEndArray();
    }

    /// <summary>
    /// NIST's catalogue says ac-2.1 for AC-2(1). A token begins with a letter: the others get the framework's name in front.
    /// </summary>
    private static string Token(Framework framework, string control)
    {
        var plain = new string([.. control.ToLowerInvariant().Replace("(", ".", StringComparison.Ordinal)
            .Replace(")", string.Empty, StringComparison.Ordinal).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_')]);
        return framework.Name is "nist-800-53-r5" ? plain : $"{framework.Name}_{plain}";
    }

    /// <summary>A UUID of version 5's form.</summary>
    private static string Id(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }
}
