using System.Text.Json.Nodes;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Infra.Tests.Azure;

/// <summary>
/// What ARM would answer for the resources that the template makes. Added is what is not in a template: the functions that the package brings, the authentication
/// settings and address rules that a new app has by default, and the principals of the identities.
/// </summary>
internal static class OwnResources
{
    private static readonly string[] Defaults = ["web", "authsettingsV2", "connectionstrings"];

    public static IEnumerable<JsonObject> Of(ArmDeployment deployment)
    {
        foreach (var resource in deployment.Resources)
        {
            var answer = (JsonObject)resource.DeepClone();
            if (answer["type"]!.GetValue<string>() == "Microsoft.ManagedIdentity/userAssignedIdentities")
            {
                var symbol = answer["name"]!.GetValue<string>().Split('-')[^1] switch { "events" => "eventsIdentity", var name => name };
                answer["properties"] = new JsonObject { ["principalId"] = ArmScope.Principal(symbol) };
            }

            yield return answer;
        }

        foreach (var app in deployment.Of("Microsoft.Web/sites"))
        {
            var id = app["id"]!.GetValue<string>();
            foreach (var name in Defaults.Where(name => deployment.Config(name) is null))
            {
                yield return Child(id, "config", name, name switch
                {
                    "web" => new JsonObject { ["ipSecurityRestrictionsDefaultAction"] = "Allow", ["ipSecurityRestrictions"] = new JsonArray() },
                    "authsettingsV2" => new JsonObject { ["platform"] = new JsonObject { ["enabled"] = false } },
                    _ => [],
                });
            }

            foreach (var file in Directory.EnumerateFiles(Repository.Path("src", "ServerlessGuard.Azure"), "function.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                yield return Child(id, "functions", Path.GetFileName(Path.GetDirectoryName(file)!), new JsonObject { ["config"] = JsonNode.Parse(File.ReadAllText(file)) });
            }
        }
    }

    private static JsonObject Child(string app, string kind, string name, JsonObject properties) => new()
    {
        ["id"] = $"{app}/{kind}/{name}",
        ["type"] = "Microsoft.Web/sites/" + kind,
        ["name"] = $"{app.Split('/')[^1]}/{name}",
        ["properties"] = properties,
    };
}
