using System.Text;
using ServerlessGuard.Guides;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Commands;

/// <summary>A rule's page, from its descriptor, its guide and its cases, so that it cannot say anything else than the rule does.</summary>
internal static class RulePage
{
    private static readonly (string Prefix, string Name)[] Standards =
    [
        ("aws-fsbp", "AWS Foundational Security Best Practices"),
        ("aws-config", "AWS Config managed rules"),
        ("cis-aws", "CIS AWS Foundations"),
        ("cis-azure", "CIS Azure Foundations"),
        ("nist-800-53-r5", "NIST SP 800-53 Rev. 5"),
        ("mcsb-v1", "Microsoft cloud security benchmark v1"),
        ("mcsb-v2", "Microsoft cloud security benchmark v2"),
        ("attack", "MITRE ATT&CK"),
    ];

    public static string Of(RuleDescriptor rule, IReadOnlyList<RuleCase> cases)
    {
        var guide = RuleGuides.Of(rule);
        var page = new StringBuilder();
        page.Append($"# {rule.Id}: {rule.Title}\n\n");
        page.Append($"**Severity** {rule.Severity.ToString().ToLowerInvariant()} · **Maturity** "
            + $"{rule.Maturity.ToString().ToLowerInvariant()} · **Remediation** {rule.Remediation ?? "by a person"}\n\n");
        page.Append($"{rule.Risk}\n\n");
        Guide(page, "AWS", guide.Aws, guide.NotInAws);
        Guide(page, "Azure", guide.Azure, guide.NotInAzure);
        if (rule.SubFindings.Count > 0)
        {
            page.Append("## Sub-findings\n\nReported in addition to the verdict, with their own severity; they never change it.\n\n");
            foreach (var (key, title) in rule.SubFindings.OrderBy(found => found.Key, StringComparer.Ordinal))
            {
                page.Append($"- `{rule.Id}/{key}`: {title}.\n");
            }

            page.Append('\n');
        }

        page.Append($"## When to exempt\n\n{guide.ExemptWhen}\n\n");
        page.Append("## Controls\n\n");
        foreach (var (prefix, name) in Standards)
        {
            var controls = guide.Controls.Where(control => control.StartsWith(prefix, StringComparison.Ordinal)).ToList();
            if (controls.Count > 0)
            {
                page.Append($"- {name}: {string.Join(", ", controls.Select(control => Number(prefix, control)))}\n");
            }
        }

        Cases(page, cases);
        return page.ToString();
    }

    public static string Index(IEnumerable<RuleDescriptor> rules)
    {
        var page = new StringBuilder("# Rules\n\n| Id | Title | Severity | AWS | Azure |\n|---|---|---|---|---|\n");
        foreach (var rule in rules)
        {
            page.Append($"| [{rule.Id}]({rule.Id}.md) | {rule.Title} | {rule.Severity.ToString().ToLowerInvariant()} | "
                + $"{(rule.IsIn(Provider.Aws) ? "yes" : "–")} | {(rule.IsIn(Provider.Azure) ? "yes" : "–")} |\n");
        }

        return page.ToString();
    }

    /// <summary>The rule's tests, as sentences: what each configuration comes to.</summary>
    private static void Cases(StringBuilder page, IReadOnlyList<RuleCase> cases)
    {
        if (cases.Count == 0)
        {
            return;
        }

        page.Append("\n## Cases\n\nEach line is a test.\n\n| Cloud | Configuration | Verdict |\n|---|---|---|\n");
        foreach (var one in cases.OrderBy(one => one.Cloud))
        {
            var cloud = one.Cloud is Provider.Aws ? "AWS" : "Azure";
            page.Append($"| {cloud} | {one.Scenario.Replace("|", "\\|", StringComparison.Ordinal)} | "
                + $"{one.Expected}{(one.Severity is { } severity ? $", {severity.ToString().ToLowerInvariant()}" : string.Empty)} |\n");
        }
    }

    private static void Guide(StringBuilder page, string cloud, CloudGuide? guide, string? reason)
    {
        page.Append($"## {cloud}\n\n");
        if (guide is null)
        {
            page.Append($"Does not exist: {reason}\n\n");
            return;
        }

        page.Append($"**NonCompliant when** {guide.NonCompliantWhen}\n\n");
        page.Append($"**Subject** {guide.Subject}. **Reads** "
            + $"{string.Join(", ", guide.Types.Select(type => type.Contains(' ', StringComparison.Ordinal) ? type : $"`{type}`"))}.\n\n");
        foreach (var note in guide.Notes)
        {
            page.Append($"- {note}\n");
        }

        page.Append(guide.Notes.IsEmpty ? string.Empty : "\n");
        page.Append($"**Fix** {guide.Fix}\n\n");
    }

    /// <summary><c>cis-aws-7.0/3.1.4</c> is "3.1.4 (7.0)"; the others carry no version.</summary>
    private static string Number(string prefix, string control)
    {
        var slash = control.IndexOf('/', StringComparison.Ordinal);
        var version = control[prefix.Length..slash].TrimStart('-');
        return version.Length > 0 ? $"{control[(slash + 1)..]} ({version})" : control[(slash + 1)..];
    }
}
