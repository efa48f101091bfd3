using ServerlessGuard.Guards;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>
/// <c>GUARD_OWN_RESOURCES</c>: <c>PARTITION:REGION:ACCOUNT,function/NAME,role/PATH/NAME,queue/NAME,table/NAME,key/ID</c>. In full these
/// ARNs would not fit into an environment, which may have 4 KB.
/// </summary>
internal static class OwnArns
{
    private const string Variable = "GUARD_OWN_RESOURCES";

    /// <exception cref="SettingsException">One line.</exception>
    public static OwnResources Read(string? text)
    {
        if (text is null)
        {
            return OwnResources.None;
        }

        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts is [var place, .. var names] && place.Split(':') is [{ Length: > 0 } partition, { Length: > 0 } region, var account]
            && Arn.IsAccount(account)
            ? new OwnResources(names.Select(name => Of(partition, region, account, name)))
            : throw new SettingsException($"{Variable} must begin with PARTITION:REGION:ACCOUNT; infra/aws sets it");
    }

    private static string Of(string partition, string region, string account, string name) => name.Split('/', 2) switch
    {
        ["function", { Length: > 0 } function] => $"arn:{partition}:lambda:{region}:{account}:function:{function}",
        ["role", { Length: > 0 }] => $"arn:{partition}:iam::{account}:{name}",
        ["queue", { Length: > 0 } queue] => $"arn:{partition}:sqs:{region}:{account}:{queue}",
        ["table", { Length: > 0 }] => $"arn:{partition}:dynamodb:{region}:{account}:{name}",
        ["key", { Length: > 0 }] => $"arn:{partition}:kms:{region}:{account}:{name}",
        _ => throw new SettingsException($"{Variable}: \"{name}\" is none of function/NAME, role/NAME, queue/NAME, table/NAME and key/ID"),
    };
}
