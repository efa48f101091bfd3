using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Documents;
using ServerlessGuard.Findings;
using ServerlessGuard.Policies;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>SG-COMP-001: the permissions that let anyone invoke the function, and a function URL without authentication.</summary>
/// <remarks>
/// The slice holds AddPermission's parameters, not the statement: what they cannot say could not be put back, and is refused. Only the
/// function's own policy is touched, not that of a version or alias: the rule judges no other.
/// </remarks>
public sealed class RemovePublicInvocation(AwsAccess access) : AwsRemediator(access)
{
    private static readonly string[] Invoking = ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"];

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Aws.RemovePublicInvocation;

    protected override async Task<JsonObject?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        // Policy and URL are not found when there is none, and when there is no function.
        await SendAsync(finding,
            Rest(finding, "GetFunctionConfiguration", HttpMethod.Get, $"/2015-03-31/functions/{Function(finding)}/configuration"),
            cancellation);
        var url = await Access.FindAsync(finding,
            Rest(finding, "GetFunctionUrlConfig", HttpMethod.Get, $"/2021-10-31/functions/{Function(finding)}/url"), cancellation,
            "ResourceNotFoundException");
        var policy = await Access.FindAsync(finding,
            Rest(finding, "GetPolicy", HttpMethod.Get, $"/2015-03-31/functions/{Function(finding)}/policy"), cancellation,
            "ResourceNotFoundException");
        var statements = new JsonArray();
        if (policy?.Json()["Policy"]?.GetValue<string>() is { } text)
        {
            var document = PolicyDocuments.Parse(text, $"function {Shown(finding)}");
            foreach (var exposed in Exposure.ToEveryone(PolicyDocuments.Policy(document), Invoking, ConfiningKeys.Resource))
            {
                statements.Add((JsonNode)Permission(exposed.Statement));
            }
        }

        return new JsonObject { ["permissions"] = statements, ["openUrl"] = (string?)url?.Json()["AuthType"] is "NONE" };
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var permissions = live["permissions"]!.AsArray().Select(permission => permission!.AsObject()).ToList();
        if (permissions.Count == 0)
        {
            return new Desired.Nothing();
        }

        if (permissions.Find(permission => permission["StatementId"] is null || permission.ContainsKey("unsayable")) is { } odd)
        {
            return new Desired.Refuse(odd["StatementId"] is null
                ? "a public statement has no Sid: Lambda removes statements by Sid only"
                : "a public statement could not be put back with AddPermission: remove it by hand");
        }

        var open = live["openUrl"]!.GetValue<bool>();
        return new Desired.Change(
            new JsonObject { ["permissions"] = new JsonArray(), ["openUrl"] = false },
            $"Remove the permission for anyone to invoke function "
                + $"{Shown(finding)}{(open ? ", and ask for IAM at its URL" : string.Empty)}.",
            $"lambda:RemovePermission {Shown(finding)} "
                + $"{string.Join(", ", permissions.Select(permission => DocText.Shown(permission["StatementId"]!.GetValue<string>())))}"
            + (open ? "; lambda:UpdateFunctionUrlConfig AuthType=AWS_IAM" : string.Empty));
    }

    protected override async Task ChangeAsync(Finding finding, JsonObject from, JsonObject to, CancellationToken cancellation)
    {
        var (before, after) = (from["permissions"]!.AsArray(), to["permissions"]!.AsArray());
        foreach (var gone in before.Where(permission => !after.Any(kept => JsonNode.DeepEquals(kept, permission))))
        {
            var sid = PercentEncoding.Encode(gone!["StatementId"]!.GetValue<string>());
            await SendAsync(finding,
                Rest(finding, "RemovePermission", HttpMethod.Delete, $"/2015-03-31/functions/{Function(finding)}/policy/{sid}"),
                cancellation);
        }

        foreach (var back in after.Where(permission => !before.Any(there => JsonNode.DeepEquals(there, permission))))
        {
            await SendAsync(finding,
                Rest(finding, "AddPermission", HttpMethod.Post, $"/2015-03-31/functions/{Function(finding)}/policy", back), cancellation);
        }

        if (from["openUrl"]!.GetValue<bool>() != to["openUrl"]!.GetValue<bool>())
        {
            var type = new JsonObject { ["AuthType"] = to["openUrl"]!.GetValue<bool>() ? "NONE" : "AWS_IAM" };
            await SendAsync(finding,
                Rest(finding, "UpdateFunctionUrlConfig", HttpMethod.Put, $"/2021-10-31/functions/{Function(finding)}/url", type),
                cancellation);
        }
    }

    private static JsonObject Permission(Statement statement)
    {
        var permission = new JsonObject { ["StatementId"] = statement.Sid };
        if (statement.Actions is [var action] && statement.NotActions.IsEmpty && statement.NotPrincipals.IsEmpty
            && statement.Principals is [{ Value: "*" }])
        {
            permission["Action"] = action;
            permission["Principal"] = "*";
        }
        else
        {
            permission["unsayable"] = true;
        }

        foreach (var condition in statement.Conditions)
        {
            var value = condition.Values.Length == 1 ? condition.Values[0] : null;
            switch (condition.Operator, condition.Key.ToLowerInvariant())
            {
                case ("StringEquals", "lambda:functionurlauthtype") when value is not null:
                    permission["FunctionUrlAuthType"] = value;
                    break;
                case ("StringEquals", "aws:sourceaccount") when value is not null:
                    permission["SourceAccount"] = value;
                    break;
                case ("StringEquals", "aws:principalorgid") when value is not null:
                    permission["PrincipalOrgID"] = value;
                    break;
                case ("ArnLike", "aws:sourcearn") when value is not null:
                    permission["SourceArn"] = value;
                    break;
                case ("Bool", "lambda:invokedviafunctionurl") when value is "true":
                    permission["InvokedViaFunctionUrl"] = true;
                    break;
                default:
                    permission["unsayable"] = true;
                    break;
            }
        }

        return permission;
    }

    private static string Function(Finding finding) => PercentEncoding.Encode(Name(finding));

    private static AwsRequest Rest(Finding finding, string operation, HttpMethod method, string path, JsonNode? body = null)
    {
        var request = AwsRequest.Rest(Where(finding), "lambda", operation, method, path,
            body is null ? default : Encoding.UTF8.GetBytes(body.ToJsonString()));
        return body is null ? request : request with { Headers = [new("Content-Type", "application/json")] };
    }
}
