using System.CommandLine;
using System.Text.Json.Nodes;
using ServerlessGuard.Cli.Permissions;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Commands;

/// <summary>
/// <c>guard permissions</c>: the least-privilege policies for what guard.yaml enables, and the generated parts of the templates.
/// </summary>
internal sealed class PermissionsCommand(TextWriter output, TextWriter complaints)
{
    public Command Create()
    {
        var provider = new Option<string>("--provider")
            { Description = "aws or azure", Required = true }.AcceptOnlyFromAmong("aws", "azure");
        var config = new Option<string?>("--config") { Description = "guard.yaml (default: the one in this folder, if it exists)" };
        var rules = new Option<string[]>("--rules-dir")
            { Description = "Folder of custom rules, for what they add (default: the folder rules beside guard.yaml, if it exists)" };
        var role = new Option<string?>("--role")
            { Description = "Print the policy of this entry only" }.AcceptOnlyFromAmong("scan", "remediate", "sweep", "outbox",
                "federation", "chatops");
        var stack = new Option<string>("--stack")
            { Description = "AWS: name of the stack, the prefix of names in the policies", DefaultValueFactory = _ => "serverlessguard" };
        var subscription = new Option<string>("--subscription")
            { Description = "Azure: the assignable scope", DefaultValueFactory = _ => "00000000-0000-0000-0000-000000000000" };
        var peer = new Option<bool>("--peer") { Description = "AWS: also what the federation needs, and the role of the other cloud" };
        var chat = new Option<bool>("--chat") { Description = "AWS: also what the chat needs" };
        var withoutUndo = new Option<bool>("--without-undo") { Description = "Azure: leave out what only undo needs" };
        var parameters = new Option<bool>("--parameters")
            { Description = "Print template parameters that grant these permissions, instead of policies" };
        var write = new Option<string?>("--write") { Description = "Update the generated parts of this template instead" };
        var check = new Option<string?>("--check")
            { Description = "Change nothing; exit 1 if the generated parts of this template are stale" };
        var command = new Command("permissions", "Print the least-privilege policy of each entry, for what is enabled")
        {
            provider, config, rules, role, stack, subscription, peer, chat, withoutUndo, parameters, write, check,
        };
        command.SetAction(parsed =>
        {
            var cloud = parsed.GetValue(provider) is "aws" ? Provider.Aws : Provider.Azure;
            if ((parsed.GetValue(write) ?? parsed.GetValue(check)) is { } template)
            {
                return Template(cloud, template, writes: parsed.GetValue(write) is not null);
            }

            var faults = new List<YamlFault>();
            var settings = ConfigFile.Read(parsed.GetValue(config), faults, complaints);
            var custom = RuleFolder.Read(RuleFiles.Folders(parsed.GetValue(rules) ?? [], parsed.GetValue(config)), faults);
            foreach (var fault in faults)
            {
                complaints.WriteLine(Terminal.Safe(fault.ToString()));
            }

            if (faults.Count > 0)
            {
                return ScanCommand.Unusable;
            }

            foreach (var line in CustomRuleNeeds.Lines(cloud, custom))
            {
                complaints.WriteLine(Terminal.Safe(line));
            }

            // No fix belongs to a custom rule: what it adds is what is read.
            var grants = FixGrants.Of(cloud, settings.Remediation, RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor));
            settings = settings with { DataBearingTypes = settings.DataBearingTypes.Union(CustomRuleNeeds.Types(cloud, custom)) };
            grants = parsed.GetValue(withoutUndo) ? grants.WithoutUndo() : grants;
            if (parsed.GetValue(parameters))
            {
                Parameters(grants, settings.Remediation.AzurePolicyTasks);
                return ScanCommand.Clean;
            }

            var wanted = parsed.GetValue(role);
            var roles = Enum.GetValues<GuardRole>().Where(one => wanted is null || Word(one) == wanted).ToList();
            var extras = (parsed.GetValue(peer)
                ? AwsExtras.Peer : AwsExtras.None) | (parsed.GetValue(chat) ? AwsExtras.Chat : AwsExtras.None);
            var policies = cloud is Provider.Aws
                ? Aws(roles, grants, extras, parsed.GetValue(stack)!, ofPeer: wanted is null && extras.HasFlag(AwsExtras.Peer))
                : AzureRoles.Of(roles, grants, settings, parsed.GetValue(subscription)!);
            output.Write(GuardText.Indented(wanted is null
                ? new JsonObject(policies.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Item1, entry.Item2)))
                : policies.Single().Item2));
            return ScanCommand.Clean;
        });
        return command;
    }

    private int Template(Provider cloud, string file, bool writes)
    {
        try
        {
            var before = File.ReadAllText(file);
            var after = cloud is Provider.Aws
                ? MarkedSections.Replace(before, AwsTemplate.Sections(), out var wrong)
                : Azure(before, out wrong);
            if (after is null)
            {
                complaints.WriteLine(
                    $"{Terminal.Safe(file)}: {Terminal.Safe(wrong!)}; is this a template of {(cloud is Provider.Aws ? "AWS" : "Azure")}?");
                return ScanCommand.Unusable;
            }

            if (after == before)
            {
                output.WriteLine($"{file}: up to date");
                return ScanCommand.Clean;
            }

            if (!writes)
            {
                complaints.WriteLine(
                    $"{Terminal.Safe(file)}: stale; run guard permissions --provider {Word(cloud)} --write {Terminal.Safe(file)}");
                return ScanCommand.Findings;
            }

            File.WriteAllText(file, after);
            output.WriteLine($"{file}: written");
            return ScanCommand.Clean;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            complaints.WriteLine(
                $"{Terminal.Safe(file)}: {(fault is FileNotFoundException or DirectoryNotFoundException ? "no such file" : fault.Message)}");
            return ScanCommand.Unusable;
        }
    }

    private static string? Azure(string template, out string? wrong)
    {
        try
        {
            wrong = null;
            return AzureTemplate.Update(template);
        }
        catch (Exception fault) when (fault is System.Text.Json.JsonException or InvalidOperationException)
        {
            wrong = fault.Message;
            return null;
        }
    }

    /// <summary>In the form that the clouds' command lines take, one line each.</summary>
    private void Parameters(FixGrants grants, bool policyTasks)
    {
        if (grants.Provider is Provider.Aws)
        {
            foreach (var (remediation, reach) in grants.Reaches)
            {
                output.WriteLine($"{AwsTemplate.ParameterName(remediation)}={AwsTemplate.Word(reach)}");
            }

            return;
        }

        var undoes = FixGrants.WithUndoOfItsOwn(Provider.Azure);
        Line("plans", grants.Reaches.Where(entry => entry.Value is FixReach.Plan));
        Line("fixes", grants.Reaches.Where(entry => entry.Value is FixReach.Fix or FixReach.Undo));
        Line("undoes", grants.Reaches.Where(entry => entry.Value is FixReach.Undo && undoes.Contains(entry.Key, StringComparer.Ordinal)));

        output.WriteLine($"policyTasks={(policyTasks ? "true" : "false")}");

        void Line(string parameter, IEnumerable<KeyValuePair<string, FixReach>> entries) =>
            output.WriteLine($"{parameter}=[{string.Join(',', entries.Select(entry => $"\"{entry.Key}\""))}]");
    }

    private static IEnumerable<(string Name, JsonObject Policy)> Aws(List<GuardRole> roles, FixGrants grants, AwsExtras extras,
        string stack, bool ofPeer) =>
    [
        .. roles.Select(role => (Word(role), Aws(AwsPermissions.For(role, grants, extras), stack, Word(role)))),
        .. ofPeer ? [("peer", Aws(AwsPermissions.Peer, stack, "peer"))] : Array.Empty<(string, JsonObject)>(),
    ];

    private static JsonObject Aws(IEnumerable<AwsStatement> statements, string stack, string role) => AwsPolicy.Document(
        statements,
        target => target switch
        {
            AwsTarget.Table => $"arn:aws:dynamodb:*:*:table/{stack}-Table-*",
            AwsTarget.Key => "arn:aws:kms:*:*:key/*",
            AwsTarget.SealKey => "arn:aws:kms:*:*:key/ID-OF-SealKey",
            AwsTarget.WorkQueue => $"arn:aws:sqs:*:*:{stack}-WorkQueue-*",
            AwsTarget.RemediateQueue => $"arn:aws:sqs:*:*:{stack}-RemediateQueue-*",
            AwsTarget.DeadLetterQueue => $"arn:aws:sqs:*:*:{stack}-DeadLetterQueue-*",
            AwsTarget.OutboxQueue => $"arn:aws:sqs:*:*:{stack}-OutboxQueue-*",
            AwsTarget.FederationFunction => $"arn:aws:lambda:*:*:function:{stack}-federation",
            AwsTarget.ChatSecrets => $"arn:aws:secretsmanager:*:*:secret:{stack}/*",
            AwsTarget.SecretsKey => "arn:aws:kms:*:*:key/*",
            AwsTarget.Log => $"arn:aws:logs:*:*:log-group:/aws/lambda/{stack}-{role}:*",
            AwsTarget.OwnRoles => "arn:aws:iam::*:role/serverlessguard/*",
            AwsTarget.Any => "*",
        },
        service => $"{service}.*.amazonaws.com");

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
