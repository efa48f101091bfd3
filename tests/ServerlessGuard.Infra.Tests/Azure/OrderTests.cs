using System.Text.Json.Nodes;
using ServerlessGuard.Cli.Permissions;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Infra.Tests.Azure;

/// <summary>ARM deploys everything at once that does not say what it waits for: a role on a storage account that is not there yet fails the deployment.</summary>
public sealed class OrderTests
{
    [Fact]
    public void Everything_waits_for_what_it_names_in_the_product()
    {
        var parameters = ArmDeployment.FederationAndChat();
        parameters["events"] = true;
        parameters["fixes"] = new JsonArray([.. FixGrants.All(Provider.Azure, FixReach.Fix).Reaches.Keys.Select(name => JsonValue.Create(name))]);
        AssertOrdered(ArmDeployment.Of("serverlessguard.json", parameters), 3);
    }

    [Fact]
    public void Everything_waits_for_what_it_names_in_the_management_group() => AssertOrdered(
        ArmDeployment.Of("management-group.json", new JsonObject
        {
            ["subscriptions"] = new JsonArray("aaaaaaaa-2222-3333-4444-555555555555"),
            ["readerPrincipalId"] = "reader",
            ["remediatorPrincipalId"] = "remediator",
            ["ownPrincipalIds"] = "reader, remediator",
            ["ownRoleIds"] = "first, second",
            ["functionId"] = "function",
            ["storageId"] = "storage",
            ["eventsIdentityId"] = "identity",
            ["fixes"] = new JsonArray("remove-foreign-trust"),
        }),
        3);

    /// <summary>That the test sees it: each of these was missing once, and two more are as easily lost.</summary>
    [Theory]
    [InlineData("hostBlobs", "hostsContainer")]
    [InlineData("hostQueues", "storage")]
    [InlineData("hostTables", "table")]
    [InlineData("sealedTables", "sealedTable")]
    [InlineData("sealers", "sealKey")]
    [InlineData("publisherBlobs", "deployments")]
    [InlineData("eventBlobs", "deadLetters")]
    [InlineData("metrics", "insights")]
    [InlineData("table", "tables")]
    [InlineData("resourcesTopic", "eventsIdentity")]
    public void A_template_that_does_not_wait_is_found_out(string symbol, string missing)
    {
        var deployment = ArmDeployment.Of("serverlessguard.json", []);
        var steps = deployment.Templates.Single(template => template.Any(step => step.Symbol == symbol));
        Assert.True(steps.Single(step => step.Symbol == symbol).Declared.Remove("dependsOn"));
        Assert.Contains($"{symbol} does not wait for {missing}", Complaints(steps));
    }

    private static void AssertOrdered(ArmDeployment deployment, int templates)
    {
        Assert.True(deployment.Templates.Count >= templates, $"{deployment.Templates.Count} templates");
        var complaints = deployment.Templates.SelectMany(Complaints).ToList();
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    private static IEnumerable<string> Complaints(IReadOnlyList<ArmStep> steps) =>
        from step in steps
        let waits = Closure(step.Symbol, steps)
        from other in steps
        where !waits.Contains(other.Symbol) && (step.Needs(other) || IsParent(other, step))
        select $"{step.Symbol} does not wait for {other.Symbol}";

    /// <summary>A child names its parent in its own id only.</summary>
    private static bool IsParent(ArmStep parent, ArmStep child) => parent.Symbol != child.Symbol && child.Id.StartsWith(parent.Id + "/", StringComparison.OrdinalIgnoreCase);

    private static HashSet<string> Closure(string symbol, IReadOnlyList<ArmStep> steps)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([symbol]);
        while (open.TryPop(out var at))
        {
            foreach (var next in steps.Where(step => step.Symbol == at).SelectMany(step => step.WaitsFor()).Where(reached.Add))
            {
                open.Push(next);
            }
        }

        return reached;
    }
}
