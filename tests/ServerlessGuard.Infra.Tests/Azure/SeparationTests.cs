using System.Text.Json.Nodes;
using ServerlessGuard.Cli.Permissions;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Infra.Tests.Azure;

/// <summary>Who of the product's identities in Azure may do what: by evaluating the template's role assignments.</summary>
public sealed class SeparationTests
{
    private const string Assignments = "Microsoft.Authorization/roleAssignments";
    private const string Deployments = "/blobServices/default/containers/deployments";

    private static readonly string[] Identities = ["reader", "remediator", "publisher", "eventsIdentity", "peer"];

    private static readonly ArmDeployment Everything = ArmDeployment.Of("serverlessguard.json", With(ArmDeployment.FederationAndChat(), undoes: true));

    /// <summary>A role at the account would reach the sealed table and the container of the code, whatever the other assignments say.</summary>
    [Fact]
    public void A_stolen_token_of_the_scanner_cannot_write_sealed_rows_nor_the_code_it_runs()
    {
        Assert.DoesNotContain(Held("reader"), held => Covers(held.Scope, "/tableServices/default/tables/guardsealed"));
        Assert.DoesNotContain(Held("reader"), held => Covers(held.Scope, Deployments));
        Assert.Contains(Held("reader"), held => Covers(held.Scope, "/tableServices/default/tables/guard"));
    }

    [Fact]
    public void Only_the_remediator_may_seal_or_write_sealed_rows()
    {
        foreach (var target in new[] { "/keys/guard-seal", "/tableServices/default/tables/guardsealed" })
        {
            Assert.Equal(["remediator"], Identities.Where(identity => Held(identity).Any(held => Covers(held.Scope, target))));
        }

        var seal = Assert.Single(Everything.Of("Microsoft.Authorization/roleDefinitions"), role => role["properties"]!["roleName"]!.GetValue<string>().Contains(" seal ", StringComparison.Ordinal));
        var permissions = seal["properties"]!["permissions"]!.AsArray().Single()!;
        Assert.Empty(permissions["actions"]!.AsArray());
        Assert.Equal(AzureAssignment.SealActions, permissions["dataActions"]!.AsArray().Select(action => action!.GetValue<string>()));
    }

    [Fact]
    public void Only_publishing_writes_the_container_of_the_code()
    {
        Assert.Equal(["publisher"], Identities.Where(identity => Held(identity).Any(held => Covers(held.Scope, Deployments))));
        var app = Assert.Single(Everything.Of("Microsoft.Web/sites"));
        Assert.EndsWith(
            "-publisher",
            app["properties"]!["functionAppConfig"]!["deployment"]!["storage"]!["authentication"]!["userAssignedIdentityResourceId"]!.GetValue<string>(),
            StringComparison.Ordinal);
        Assert.DoesNotContain(Everything.AppSettings(), setting => setting.Value!.ToString().Contains(ArmScope.Principal("publisher"), StringComparison.Ordinal));
    }

    [Fact]
    public void The_key_of_the_seals_cannot_be_exported_nor_lost()
    {
        var vault = Assert.Single(Everything.Of("Microsoft.KeyVault/vaults"))["properties"]!;
        foreach (var name in new[] { "enableRbacAuthorization", "enableSoftDelete", "enablePurgeProtection" })
        {
            Assert.True(vault[name]!.GetValue<bool>(), name);
        }

        var key = Assert.Single(Everything.Of("Microsoft.KeyVault/vaults/keys"))["properties"]!;
        Assert.Equal(("EC", "P-256", false), (key["kty"]!.GetValue<string>(), key["curveName"]!.GetValue<string>(), key["attributes"]!["exportable"]!.GetValue<bool>()));
        Assert.Equal(["sign", "verify"], key["keyOps"]!.AsArray().Select(operation => operation!.GetValue<string>()));
    }

    /// <summary>What <c>guard permissions</c> prints, and nothing else.</summary>
    [Fact]
    public void The_assignments_in_the_group_are_those_that_are_printed()
    {
        var made = Identities.SelectMany(identity => Held(identity).Where(held => held.Scope.Contains("/resourceGroups/", StringComparison.Ordinal) && !held.Scope.Contains("/secrets/", StringComparison.Ordinal))
            .Select(held => new AzureAssignment(identity is "eventsIdentity" ? "events" : identity, held.Role, Short(held.Scope))));
        Assert.Equal(AzureAssignment.All.Select(Text).Order(StringComparer.Ordinal), made.Select(Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_built_in_role_is_one_that_exists() => Assert.All(
        Everything.Of(Assignments).Select(assignment => BuiltInRoles.Guid(assignment["properties"]!["roleDefinitionId"]!.GetValue<string>())).Except(OwnRoles()),
        role => Assert.True(BuiltInRoles.IsKnownLimited(role), role));

    /// <summary>Two planted rows made a stranger Owner of the subscription: whatever a row says, Azure refuses it to the remediator.</summary>
    [Theory]
    [InlineData("serverlessguard.json")]
    [InlineData("management-group.json")]
    public void A_planted_undo_can_make_nobody_owner(string file)
    {
        var condition = Condition(file);
        var roles = Values(Part(condition, "write"), "@Request", "RoleDefinitionId", "ForAnyOfAllValues:GuidNotEquals");
        Assert.Superset(new HashSet<string>(StringComparer.Ordinal) { BuiltInRoles.Owner, BuiltInRoles.UserAccessAdministrator, BuiltInRoles.RbacAdministrator }, roles.ToHashSet(StringComparer.Ordinal));
        Assert.True(roles.Count >= 3 + 3, "the product's own roles are not excluded");
        Assert.DoesNotContain("Group", Values(Part(condition, "write"), "@Request", "PrincipalType", "ForAnyOfAnyValues:StringEqualsIgnoreCase"));
    }

    [Theory]
    [InlineData("write", "@Request")]
    [InlineData("delete", "@Resource")]
    public void The_remediator_gives_no_role_to_our_own_identities_and_takes_none_from_them(string action, string attribute)
    {
        Assert.Equal(["OWN"], Values(Part(Condition("serverlessguard.json"), action), attribute, "PrincipalId", "ForAnyOfAllValues:GuidNotEquals"));
        Assert.Equal(["reader", "remediator", "publisher"], Values(Part(Condition("management-group.json"), action), attribute, "PrincipalId", "ForAnyOfAllValues:GuidNotEquals"));
        Assert.Equal(
            Identities.Select(ArmScope.Principal).Order(StringComparer.Ordinal), Everything.Output("ownPrincipalIds").Split(", ").Order(StringComparer.Ordinal));
        Assert.All(OwnRoles(), role => Assert.Contains(role, Values(Part(Condition("serverlessguard.json"), action), attribute, "RoleDefinitionId", "ForAnyOfAllValues:GuidNotEquals")));
    }

    /// <summary>To take a role away and to give it again are two rights, each with a switch of its own.</summary>
    [Theory]
    [InlineData("remove-administrator-rights", "Microsoft.Authorization/roleAssignments/delete", "Microsoft.Authorization/roleAssignments/write")]
    [InlineData("quarantine-local-user", "Microsoft.Authorization/roleAssignments/delete", "Microsoft.Authorization/roleAssignments/write")]
    [InlineData("remove-foreign-trust", "Microsoft.ManagedServices/registrationAssignments/delete", "Microsoft.ManagedServices/registrationAssignments/write")]
    [InlineData("pin-federated-trust", "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/delete", "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write")]
    [InlineData("close-public-database", "Microsoft.Sql/servers/firewallRules/delete", "Microsoft.Sql/servers/firewallRules/write")]
    [InlineData("restore-audit-trail", "Microsoft.Insights/diagnosticSettings/write", "Microsoft.Insights/diagnosticSettings/delete")]
    public void A_fix_brings_no_right_that_only_its_undo_needs(string remediation, string fix, string undo)
    {
        var fixes = Actions(new JsonObject { ["fixes"] = new JsonArray(remediation) });
        Assert.Equal((true, false), (fixes.Contains(fix), fixes.Contains(undo)));
        var undoes = Actions(new JsonObject { ["undoes"] = new JsonArray(remediation) });
        Assert.Equal((false, true), (undoes.Contains(fix), undoes.Contains(undo)));
        Assert.True(Actions(new JsonObject { ["fixes"] = new JsonArray(remediation), ["undoes"] = new JsonArray(remediation) }).IsSupersetOf([fix, undo]));
    }

    private static HashSet<string> Actions(JsonObject parameters) => [.. ArmDeployment.Of("serverlessguard.json", parameters).Of("Microsoft.Authorization/roleDefinitions")
        .Single(role => role["properties"]!["roleName"]!.GetValue<string>().Contains(" remediator ", StringComparison.Ordinal))["properties"]!["permissions"]!.AsArray().Single()!["actions"]!.AsArray()
        .Select(action => action!.GetValue<string>())];

    private static string Condition(string file)
    {
        var parameters = file == "management-group.json" ? (JsonObject)TemplateTests.Members.DeepClone() : [];
        var deployment = ArmDeployment.Of(file, With(parameters, undoes: true));
        var condition = Assert.Single(deployment.Of(Assignments), assignment => assignment["properties"]!["condition"] is not null)["properties"]!["condition"]!.GetValue<string>();
        return file == "management-group.json" ? condition : condition.Replace(ArmScope.Made("ownPrincipalIds".Replace("PrincipalId", " principal", StringComparison.Ordinal)), "OWN", StringComparison.Ordinal);
    }

    /// <summary>What is asked of one action.</summary>
    private static string Part(string condition, string action)
    {
        var parts = condition.Split(" AND ((!(ActionMatches{");
        Assert.Equal(2, parts.Length);
        return Assert.Single(parts, part => part.Contains($"{Assignments}/{action}'", StringComparison.Ordinal));
    }

    private static List<string> Values(string part, string attribute, string name, string comparison)
    {
        var start = $"{attribute}[{Assignments}:{name}] {comparison} {{";
        var at = part.IndexOf(start, StringComparison.Ordinal);
        Assert.True(at >= 0, $"nothing is asked of {attribute} {name}: {part}");
        return [.. part[(at + start.Length)..part.IndexOf('}', at + start.Length)].Split(", ").Select(value => value.Trim('\''))];
    }

    private static IEnumerable<string> OwnRoles() => Everything.Of("Microsoft.Authorization/roleDefinitions").Select(role => role["name"]!.GetValue<string>());

    private static IEnumerable<(string Role, string Scope)> Held(string identity) => Everything.Of(Assignments)
        .Where(assignment => assignment["properties"]!["principalId"]!.GetValue<string>() == ArmScope.Principal(identity) && assignment["scope"] is not null)
        .Select(assignment => (Role(assignment["properties"]!["roleDefinitionId"]!.GetValue<string>()), assignment["scope"]!.GetValue<string>()));

    private static string Role(string definition)
    {
        var role = BuiltInRoles.Guid(definition);
        return OwnRoles().Contains(role, StringComparer.Ordinal) ? AzureAssignment.SealRole : role;
    }

    /// <summary>A role at a scope reaches everything below it.</summary>
    private static bool Covers(string scope, string target) => Everything.Resources.Select(resource => resource["id"]!.GetValue<string>()).Any(id =>
        id.EndsWith(target, StringComparison.Ordinal) && (id.StartsWith(scope + "/", StringComparison.Ordinal) || id == scope)) && !IsQueues(scope);

    /// <summary>The role of the queues is held at the account and reaches nothing but queues.</summary>
    private static bool IsQueues(string scope) => Everything.Of(Assignments).Where(assignment => assignment["scope"]?.GetValue<string>() == scope)
        .All(assignment => assignment["properties"]!["roleDefinitionId"]!.GetValue<string>().EndsWith("974c5e8b-45b9-4653-ba55-5f855dd0fb88", StringComparison.Ordinal));

    /// <summary>Types with the last name where there are several of the type.</summary>
    private static string Short(string scope)
    {
        var parts = scope[(scope.IndexOf("/providers/", StringComparison.Ordinal) + "/providers/".Length)..].Split('/');
        var type = string.Join('/', parts.Where((_, index) => index == 0 || index % 2 == 1).Where(part => part is not "default"));
        return type is "Microsoft.Insights/components" or "Microsoft.Storage/storageAccounts" ? type : $"{type}/{parts[^1]}";
    }

    private static string Text(AzureAssignment one) => $"{one.Identity} {one.Role} {one.Scope}";

    private static JsonObject With(JsonObject parameters, bool undoes)
    {
        parameters["fixes"] = new JsonArray([.. FixGrants.All(Provider.Azure, FixReach.Fix).Reaches.Keys.Select(name => JsonValue.Create(name))]);
        if (undoes)
        {
            parameters["undoes"] = new JsonArray([.. FixGrants.WithUndoOfItsOwn(Provider.Azure).Select(name => JsonValue.Create(name))]);
        }

        return parameters;
    }
}
