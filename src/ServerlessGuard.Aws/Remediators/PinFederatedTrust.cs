using System.Text.Json.Nodes;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Findings;
using ServerlessGuard.Policies;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-ID-003: what can be narrowed without guessing. A test that passes when the claim is absent is made to need it (every token carries
/// sub and aud); a provider with one client id gets that id as the audience. Which subject is meant, only a person knows: refused.
/// </summary>
public sealed class PinFederatedTrust(AwsAccess access, GuardSettings settings) : AwsRemediator(access)
{
    private const string Marker = ":oidc-provider/";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.PinFederatedTrust;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var trust = await RoleTrust.ReadAsync(Access, finding, Name(finding), cancellation);
        var clients = new JsonObject();
        foreach (var provider in Providers(trust))
        {
            var answer = await Access.FindAsync(finding, IamCalls.Of("GetOpenIDConnectProvider", ("OpenIDConnectProviderArn", provider)),
                cancellation, "NoSuchEntity");
            if (answer?.Xml().Descendants("ClientIDList").FirstOrDefault() is { } list)
            {
                clients[provider] = new JsonArray(
                    [.. list.Elements("member").Select(member => member.Value).Order(StringComparer.Ordinal)
                        .Select(id => JsonValue.Create(id))]);
            }
        }

        return new JsonObject { ["trust"] = trust, ["clientIds"] = clients };
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var trust = live["trust"]!.AsObject();
        var clients = live["clientIds"]!.AsObject();
        if (IsPinned(trust, clients, finding) is true)
        {
            return new Desired.Nothing();
        }

        var statements = PolicyDocuments.Statements(trust).Select(statement => statement!.DeepClone().AsObject()).ToList();
        foreach (var statement in statements.Where(statement => (string?)statement["Effect"] is "Allow"))
        {
            foreach (var provider in Federated(statement))
            {
                Pin(statement, provider, clients[provider] as JsonArray);
            }
        }

        var pinned = PolicyDocuments.With(trust, statements);
        return IsPinned(pinned, clients, finding) is true
            ? new Desired.Change(
                With(live, "trust", pinned),
                $"Make the trust of role {Shown(finding)} require the claims that it checks only if they are present.",
                $"iam:UpdateAssumeRolePolicy {Shown(finding)}")
            : new Desired.Refuse(
                "which repository, workload or person is meant cannot be worked out from the trust policy: add a test of the subject by "
                    + "hand");
    }

    protected override Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation) =>
        SendAsync(finding, RoleTrust.Write(Name(finding), to["trust"]!), cancellation);

    private static void Pin(JsonObject statement, string provider, JsonArray? clients)
    {
        var issuer = provider[(provider.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length)..];
        var conditions = statement["Condition"] as JsonObject ?? [];
        var strict = new JsonObject();
        foreach (var (name, keys) in conditions.Select(test => (test.Key, test.Value as JsonObject ?? [])))
        {
            foreach (var (key, value) in keys)
            {
                var test = new Condition { Operator = name, Key = key, Values = [] };
                var positive = test.Test is "StringEquals" or "StringLike" or "StringEqualsIgnoreCase";
                var mine = key.Equals(issuer + ":sub", StringComparison.OrdinalIgnoreCase)
                    || key.Equals(issuer + ":aud", StringComparison.OrdinalIgnoreCase);
                Put(strict, positive && mine && test.PassesWhenAbsent ? test.Test : name, key, value);
            }
        }

        var audience = issuer + ":aud";
        var tested = strict.Any(test => test.Value is JsonObject keys
            && keys.Any(key => key.Key.Equals(audience, StringComparison.OrdinalIgnoreCase)));
        if (!tested && clients is [{ } only])
        {
            Put(strict, "StringEquals", audience, only);
        }

        statement["Condition"] = strict;
    }

    /// <summary>
    /// Two tests of one key under one operator cannot stand beside each other: the narrower name is left to the check that follows.
    /// </summary>
    private static void Put(JsonObject conditions, string test, string key, JsonNode? value)
    {
        var keys = conditions[test] as JsonObject;
        if (keys is null)
        {
            conditions[test] = keys = [];
        }

        if (!keys.ContainsKey(key))
        {
            keys[key] = value?.DeepClone();
        }
        else
        {
            Put(conditions, "ForAnyValue:" + test, key, value);
        }
    }

    private static IEnumerable<string> Providers(JsonObject trust) =>
        PolicyDocuments.Statements(trust).SelectMany(statement => Federated(statement!.AsObject())).Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Federated(JsonObject statement) =>
        PolicyDocuments.Policy(new JsonObject { ["Version"] = "2012-10-17", ["Statement"] = new JsonArray(statement.DeepClone()) })
        .Statements.SelectMany(parsed => parsed.Principals)
            .Where(principal => principal.IsFederated && principal.Value.Contains(Marker, StringComparison.Ordinal))
            .Select(principal => principal.Value);

    private bool? IsPinned(JsonObject trust, JsonObject clients, Finding finding) => LiveFacts.Of<FederatedTrustFacts>(
        new IamRoleReader(),
        finding,
        new JsonObject { ["assumeRolePolicyDocument"] = trust.ToJsonString() },
        [],
        settings,
        clients.Select(provider => new OidcProviderFacts(
            new ResourceRef { Provider = Provider.Aws, NativeType = "AWS::IAM::OIDCProvider", Id = provider.Key }, provider.Key,
            provider.Value!.AsArray().Count)))?.Pinned.Value;
}
