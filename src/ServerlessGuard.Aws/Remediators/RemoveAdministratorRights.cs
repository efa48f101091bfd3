using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>
/// SG-COMP-003: the function's role gets the configured permissions boundary, the gentler step; without one, administrator policies of AWS
/// are detached. Inline and own policies are the team's text: a person narrows them.
/// </summary>
/// <param name="boundary">The ARN of a managed policy that is not administrator itself; null: none.</param>
/// <param name="own">The product's own roles, which a stranger's function may name as its own.</param>
public sealed class RemoveAdministratorRights(AwsAccess access, string? boundary, OwnResources own) : AwsRemediator(access)
{
    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.RemoveAdministratorRights;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        var function = (await SendAsync(
            finding,
            AwsRequest.Rest(Where(finding), "lambda", "GetFunctionConfiguration", HttpMethod.Get,
                $"/2015-03-31/functions/{PercentEncoding.Encode(Name(finding))}/configuration"),
            cancellation)).Json();
        if (!Arn.TryParse((string?)function["Role"], out var arn))
        {
            return null;
        }

        if (own.Has((string)function["Role"]!))
        {
            throw new CloudCallException("OwnResource", $"the role of function {Shown(finding)} must not be changed: {OwnResources.Reason}",
                isTransient: false);
        }

        var name = arn.Rest[(arn.Rest.LastIndexOf('/') + 1)..];
        var role = (await Access.XmlAsync(finding, IamCalls.Of("GetRole", ("RoleName", name)), cancellation)).Descendants("Role").First();
        var attached = await Pages.AllAsync(Access, finding,
            marker => IamCalls.Of("ListAttachedRolePolicies", [("RoleName", name), .. marker]), "AttachedPolicies", cancellation);
        var administrator = attached.Select(policy => (string?)policy.Element("PolicyArn")).OfType<string>()
            .Where(PolicyPower.IsAdministratorArn).Order(StringComparer.Ordinal);
        return new JsonObject
        {
            ["role"] = name,
            ["boundary"] = (string?)role.Element("PermissionsBoundary")?.Element("PermissionsBoundaryArn"),
            ["administratorPolicies"] = new JsonArray([.. administrator.Select(policy => JsonValue.Create(policy))]),
        };
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var role = DocText.Shown(live["role"]!.GetValue<string>());
        var policies = live["administratorPolicies"]!.AsArray();
        return (string?)live["boundary"] switch
        {
            { } set when set == boundary => new Desired.Nothing(),
            { } set when boundary is not null =>
                new Desired.Refuse($"role {role} already has a different permissions boundary: {DocText.Shown(set)}"),
            null when boundary is not null => new Desired.Change(
                With(live, "boundary", boundary),
                $"Give role {role} of function {Shown(finding)} the permissions boundary {DocText.Shown(boundary)}: anything it does not "
                    + $"allow stops working.",
                $"iam:PutRolePermissionsBoundary {role} {DocText.Shown(boundary)}"),
            _ when policies.Count > 0 => new Desired.Change(
                With(live, "administratorPolicies", new JsonArray()),
                $"Detach {string.Join(" and ", policies.Select(policy => PolicyName(policy!)))} from role {role} of function "
                    + $"{Shown(finding)}: what the function needs must be granted to it by name.",
                $"iam:DetachRolePolicy {role} {string.Join(", ", policies.Select(policy => PolicyName(policy!)))}"),
            _ => new Desired.Refuse(
                "the administrator rights come from a policy of your own, and no permissions boundary is configured: a person has to "
                    + "narrow the policy"),
        };
    }

    protected override async Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation)
    {
        var role = ("RoleName", from["role"]!.GetValue<string>());
        if ((string?)from["boundary"] != (string?)to["boundary"])
        {
            await SendAsync(
                finding,
                (string?)to["boundary"] is { } arn
                    ? IamCalls.Of("PutRolePermissionsBoundary", role, ("PermissionsBoundary", arn))
                    : IamCalls.Of("DeleteRolePermissionsBoundary", role),
                cancellation);
        }

        var (before, after) = (Texts(from), Texts(to));
        foreach (var arn in before.Except(after, StringComparer.Ordinal))
        {
            await SendAsync(finding, IamCalls.Of("DetachRolePolicy", role, ("PolicyArn", arn)), cancellation);
        }

        foreach (var arn in after.Except(before, StringComparer.Ordinal))
        {
            await SendAsync(finding, IamCalls.Of("AttachRolePolicy", role, ("PolicyArn", arn)), cancellation);
        }
    }

    private static List<string> Texts(JsonObject slice) =>
        [.. slice["administratorPolicies"]!.AsArray().Select(policy => policy!.GetValue<string>())];

    private static string PolicyName(JsonNode arn) =>
        DocText.Shown(arn.GetValue<string>()[(arn.GetValue<string>().LastIndexOf('/') + 1)..]);
}
