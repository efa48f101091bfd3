using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Permissions;

/// <summary>
/// The generated parts of infra/azure/*.json: the variables <c>readerActions</c>, <c>settingsActions</c>, <c>policyTaskActions</c>,
/// <c>planActions</c>,
/// <c>fixActions</c> and <c>undoActions</c> (by remediation), the condition of the remediator's role, and the values that the parameters
/// <c>plans</c>, <c>fixes</c> and
/// <c>undoes</c> allow. By default all are empty: the remediator's role then does not exist.
/// </summary>
public static class AzureTemplate
{
    /// <param name="template">The file; comments are not kept, it has none.</param>
    /// <exception cref="JsonException">It is not JSON.</exception>
    /// <exception cref="InvalidOperationException">A part that is generated is missing.</exception>
    public static string Update(string template)
    {
        var root = JsonNode.Parse(template)!.AsObject();
        var variables = Part(root, "variables");
        var remediations = FixGrants.All(Provider.Azure, FixReach.None).Reaches.Keys.ToList();
        variables["readerActions"] =
            List(AzurePermissions.For(GuardRole.Scan, FixGrants.All(Provider.Azure, FixReach.None), RuleSettings.DefaultDataBearingTypes));
        variables["settingsActions"] = List(AzurePermissions.SettingsReads);
        variables["planActions"] = Table(remediations, FixReach.Plan);
        variables["fixActions"] = Table(remediations, FixReach.Fix);
        variables["undoActions"] = Undos();
        variables["assignmentCondition"] = AzureConditions.RoleAssignments;
        variables["policyTaskActions"] = List(RemediationCatalog.Azure.PolicyTaskPermissions);
        foreach (var parameter in new[] { "plans", "fixes" })
        {
            Part(Part(root, "parameters"), parameter)["allowedValues"] = List(remediations);
        }

        Part(Part(root, "parameters"), "undoes")["allowedValues"] = List(FixGrants.WithUndoOfItsOwn(Provider.Azure));

        return GuardText.Indented(root);
    }

    private static JsonObject Part(JsonObject of, string name) =>
        of[name] as JsonObject ?? throw new InvalidOperationException($"the template has no {name}");

    private static JsonObject Table(IEnumerable<string> remediations, FixReach reach) => new(remediations.Select(name =>
        KeyValuePair.Create<string, JsonNode?>(name, List(FixGrants.Actions(Provider.Azure, name, reach)))));

    /// <summary>What only undo needs, with the reads, so that a fix can still be undone after it was switched off.</summary>
    private static JsonObject Undos() =>
        new(FixGrants.WithUndoOfItsOwn(Provider.Azure).Select(name => KeyValuePair.Create<string, JsonNode?>(
        name,
        List(FixGrants.Actions(Provider.Azure, name, FixReach.Undo)
            .Except(FixGrants.Actions(Provider.Azure, name, FixReach.Fix), StringComparer.Ordinal)
            .Concat(FixGrants.Actions(Provider.Azure, name, FixReach.Plan)).Order(StringComparer.Ordinal)))));

    private static JsonArray List(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
