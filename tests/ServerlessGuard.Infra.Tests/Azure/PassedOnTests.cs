using System.Text.Json.Nodes;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Infra.Tests.Azure;

/// <summary>Each template inside a template is given every parameter that it has, and the management group what of the home deployment's concerns it.</summary>
public sealed class PassedOnTests
{
    /// <summary>Parameters of the home deployment, which is deployed by itself first: there is one app, one peer and one chat for the whole group.</summary>
    private static readonly string[] OfTheHomeDeployment =
    [
        "actionGroup", "chatUrl", "chatVault", "events", "federationAudience", "instanceMemory", "linkKeyName", "logWorkspace", "maximumInstances", "mode", "peerAccounts",
        "peerIssuer", "peerRegion", "peerRole", "peerSts", "peerSubject", "peerUrl", "platformAuthentication", "retentionDays", "signInClientId", "signInIssuer", "slackChannel",
        "slackSigningSecretName", "slackTokenName", "slackWebhookName", "tags", "teamsWebhookName",
    ];

    [Theory]
    [InlineData("serverlessguard.json", 2)]
    [InlineData("management-group.json", 2)]
    public void A_template_inside_is_given_every_parameter_that_it_has(string file, int templates)
    {
        var inner = Deployments(Template(file)).ToList();
        Assert.Equal(templates, inner.Count);
        Assert.All(inner, deployment => Assert.Equal(Names(deployment["template"]!["parameters"]), Names(deployment["parameters"])));
    }

    [Fact]
    public void The_management_group_takes_what_concerns_its_subscriptions_and_the_rest_is_the_home_deployments()
    {
        var (home, group) = (Template("serverlessguard.json"), Template("management-group.json"));
        var shared = Names(home["parameters"]).Intersect(Names(group["parameters"]), StringComparer.Ordinal).ToList();
        Assert.Equal(Names(home["parameters"]), shared.Concat(OfTheHomeDeployment).Order(StringComparer.Ordinal));
        Assert.All(shared, name => Assert.Equal(home["parameters"]![name]!["type"]!.GetValue<string>(), group["parameters"]![name]!["type"]!.GetValue<string>()));

        // What else it needs is an output of the home deployment, under the same name.
        Assert.Empty(Names(group["parameters"]).Except(shared, StringComparer.Ordinal).Except(Names(home["outputs"]), StringComparer.Ordinal));
    }

    private static IEnumerable<JsonNode> Deployments(JsonNode template)
    {
        foreach (var resource in template["resources"]!.AsObject().Select(entry => entry.Value!).Where(one => one["type"]!.GetValue<string>() is "Microsoft.Resources/deployments"))
        {
            yield return resource["properties"]!;
            foreach (var deeper in Deployments(resource["properties"]!["template"]!))
            {
                yield return deeper;
            }
        }
    }

    private static IEnumerable<string> Names(JsonNode? part) => part!.AsObject().Select(entry => entry.Key).Order(StringComparer.Ordinal);

    private static JsonObject Template(string file) => JsonNode.Parse(File.ReadAllText(Repository.Path("infra", "azure", file)))!.AsObject();
}
