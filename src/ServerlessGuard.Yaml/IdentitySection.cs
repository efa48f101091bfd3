using System.Collections.Immutable;
using ServerlessGuard.Settings;
using YamlDotNet.RepresentationModel;
using static ServerlessGuard.Yaml.SettingsNodes;

namespace ServerlessGuard.Yaml;

/// <summary>The <c>identity</c> part of guard.yaml: the one identity provider of people.</summary>
internal static class IdentitySection
{
    private static readonly string[] Keys = ["provider", "tenant", "humans", "exceptions"];

    public static IdentitySettings Read(YamlNode value, Place place)
    {
        var identity = IdentitySettings.None;
        foreach (var (key, node, at) in Entries("identity", value, place))
        {
            identity = key switch
            {
                "provider" => identity with { Provider = Text("identity.provider", node, at, string.Empty) },
                "tenant" => identity with { Tenant = Tenant(node, at) },
                "humans" => identity with { HumansAreFederatedOnly = Humans(node, at) },
                "exceptions" => identity with
                {
                    Exceptions = ImmutableHashSet.CreateRange<string>(
                        StringComparer.OrdinalIgnoreCase, List("identity.exceptions", node, at).Select(item => item.Text)),
                },
                _ => Unknown(identity, key, at),
            };
        }

        if (identity is { IsEntra: true, Tenant: null })
        {
            place.Add("identity.tenant: provider entra needs the id of its tenant");
        }

        return identity;
    }

    private static string? Tenant(YamlNode node, Place place)
    {
        if (Guid.TryParseExact(node.Scalar(), "D", out var tenant))
        {
            return tenant.ToString("D");
        }

        place.Add("identity.tenant: expected the id of a tenant");
        return null;
    }

    private static bool Humans(YamlNode node, Place place)
    {
        if (node.Scalar() is "federated-only")
        {
            return true;
        }

        place.Add("identity.humans: expected federated-only");
        return false;
    }

    private static IdentitySettings Unknown(IdentitySettings identity, string key, Place place)
    {
        place.Add($"identity.{key}: not a setting; {Hint(key, Keys)}");
        return identity;
    }
}
