using System.CommandLine;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Commands;

/// <summary><c>guard rules list|show|docs|test|next-id|coverage</c>.</summary>
internal sealed class RulesCommand(TextWriter output, TextWriter complaints, TimeProvider? time = null)
{
    public Command Create() => new("rules", "The rules") 
    {
        List(), Show(), Docs(), Test(), RuleIds.Command(output, complaints),
        new CoverageCommand(time ?? TimeProvider.System, output, complaints).Create(),
    };

    private Command List()
    {
        var command = new Command("list", "List every built-in rule");
        command.SetAction(_ =>
        {
            foreach (var rule in RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor))
            {
                var clouds = (rule.IsIn(Provider.Aws), rule.IsIn(Provider.Azure)) switch
                {
                    (true, true) => "AWS Azure",
                    (true, false) => "AWS",
                    _ => "Azure",
                };
                output.WriteLine($"{rule.Id,-12} {rule.Severity,-9} {clouds,-10} {rule.Title}");
            }

            return ScanCommand.Clean;
        });
        return command;
    }

    private Command Show()
    {
        var id = new Argument<string>("id") { Description = "SG-STOR-001" };
        var command = new Command("show", "Show one rule in full") { id };
        command.SetAction(parsed =>
        {
            if (RuleCatalog.BuiltIn.Find(parsed.GetValue(id)!) is not { } rule)
            {
                complaints.WriteLine($"{Terminal.Safe(parsed.GetValue(id)!)}: no such rule (guard rules list shows them)");
                return ScanCommand.Unusable;
            }

            output.Write(RulePage.Of(rule.Descriptor, []));
            return ScanCommand.Clean;
        });
        return command;
    }

    private Command Docs()
    {
        var folder = new Option<string>("--out") { Description = "Folder for the pages", DefaultValueFactory = _ => "docs/rules" };
        var check = new Option<bool>("--check") { Description = "Change nothing; exit 1 if a page is out of date" };
        var cases = new Option<string>("--cases")
            { Description = "Folder of the rules' cases, for the tables on the pages", DefaultValueFactory = _ => "tests/cases" };
        var command = new Command("docs", "Write a page for every rule") { folder, check, cases };
        command.SetAction(parsed =>
        {
            var stale = 0;
            var out_ = parsed.GetValue(folder)!;
            var faults = new List<YamlFault>();
            var tables = Cases(parsed.GetValue(cases)!, faults).ToLookup(one => one.Rule, StringComparer.Ordinal);
            if (faults.Count > 0)
            {
                complaints.WriteLine(Terminal.Safe(faults[0].ToString()));
                return ScanCommand.Unusable;
            }

            var pages = RuleCatalog.BuiltIn.All.ToDictionary(
                rule => Path.Combine(out_, rule.Descriptor.Id + ".md"),
                rule => RulePage.Of(rule.Descriptor, [.. tables[rule.Descriptor.Id]]), StringComparer.Ordinal);
            pages[Path.Combine(out_, "README.md")] = RulePage.Index(RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor));
            Directory.CreateDirectory(out_);
            foreach (var (file, page) in pages)
            {
                if (File.Exists(file) && File.ReadAllText(file) == page)
                {
                    continue;
                }

                stale++;
                if (parsed.GetValue(check))
                {
                    complaints.WriteLine($"{file}: out of date; run guard rules docs");
                }
                else
                {
                    File.WriteAllText(file, page);
                }
            }

            foreach (var file in Directory.EnumerateFiles(out_, "*.md").Where(file => !pages.ContainsKey(file)))
            {
                stale++;
                complaints.WriteLine($"{file}: no rule belongs to this page");
            }

            if (!parsed.GetValue(check))
            {
                output.WriteLine($"{pages.Count} pages in {out_}, {stale} written");
            }

            return parsed.GetValue(check) && stale > 0 ? ScanCommand.Findings : ScanCommand.Clean;
        });
        return command;
    }

    private static List<RuleCase> Cases(string folder, List<YamlFault> faults) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => RuleCase.Read(file, YamlFile.Text(file, faults), faults)).ToList()
        : [];

    private Command Test()
    {
        var folders = new Option<string[]>("--rules-dir") { Description = "Folder of custom rules", Required = true };
        var command = new Command("test", "Run the examples inside custom rules") { folders };
        command.SetAction(parsed =>
        {
            var faults = new List<YamlFault>();
            var rules = RuleFolder.Read(parsed.GetValue(folders)!, faults);
            var passed = 0;
            foreach (var rule in rules)
            {
                if (rule.Examples.IsEmpty)
                {
                    faults.Add(new YamlFault(rule.File, rule.Line, $"{rule.Descriptor.Id} has no examples"));
                }

                foreach (var example in rule.Examples)
                {
                    var verdict = rule.Try(example);
                    if (verdict == example.Expected)
                    {
                        passed++;
                    }
                    else
                    {
                        faults.Add(new YamlFault(example.File, example.Line,
                            $"{rule.Descriptor.Id}, example \"{example.Name}\": expected {example.Expected}, got {verdict}"));
                    }
                }
            }

            foreach (var fault in faults)
            {
                complaints.WriteLine(Terminal.Safe(fault.ToString()));
            }

            output.WriteLine($"{rules.Count} rules, {passed} examples passed, {faults.Count} problems");
            return faults.Count > 0 ? ScanCommand.Findings : ScanCommand.Clean;
        });
        return command;
    }
}
