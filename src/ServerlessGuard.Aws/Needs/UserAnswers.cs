using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>What IAM says about a user.</summary>
/// <remarks>botocore service model: IAM 2010-05-08.</remarks>
internal sealed class UserAnswers(IAwsApi api)
{
    /// <summary>
    /// Password and keys of a user as a row of the credential report, which is hours old itself; null when the user is gone.
    /// </summary>
    public async Task<Resource?> CredentialsAsync(ResourceRef user, string name, CancellationToken cancellation)
    {
        var row = new JsonObject { ["user"] = name, ["arn"] = user.Id };
        if (await UserAsync("ListAccessKeys", name, cancellation) is not { } keys)
        {
            return null;
        }

        var number = 0;
        foreach (var key in keys.Descendants("AccessKeyMetadata").Elements("member").Take(2))
        {
            var prefix = $"access_key_{++number}_";
            row[prefix + "active"] = key.Element("Status")?.Value is "Active";
            row[prefix + "last_rotated"] = key.Element("CreateDate")?.Value;
            var used = await FormAsync("GetAccessKeyLastUsed", "AccessKeyId", key.Element("AccessKeyId")?.Value ?? string.Empty,
                cancellation);
            row[prefix + "last_used_date"] = used?.Descendants("LastUsedDate").FirstOrDefault()?.Value ?? "N/A";
        }

        while (number < 2)
        {
            row[$"access_key_{++number}_active"] = false;
        }

        row["password_enabled"] = await UserAsync("GetLoginProfile", name, cancellation) is not null;
        return LiveReader.Row(user with { NativeType = AwsAnswerTypes.CredentialReportRow }, row);
    }

    /// <summary>
    /// The service-specific credentials of a user. An empty answer is an observation too: one inactive credential of no service stands for
    /// "none".
    /// </summary>
    public async Task<IReadOnlyList<Resource>> ServiceCredentialsAsync(ResourceRef user, string name, CancellationToken cancellation)
    {
        var answer = await UserAsync("ListServiceSpecificCredentials", name, cancellation);
        var credentials = answer?.Descendants("ServiceSpecificCredentials").Elements("member").ToList() ?? [];
        var rows = credentials.Select(credential => new JsonObject
        {
            ["UserName"] = name,
            ["ServiceName"] = credential.Element("ServiceName")?.Value,
            ["Status"] = credential.Element("Status")?.Value,
            ["ExpirationDate"] = credential.Element("ExpirationDate")?.Value,
            ["ServiceSpecificCredentialId"] = credential.Element("ServiceSpecificCredentialId")?.Value,
        }).DefaultIfEmpty(new JsonObject { ["UserName"] = name, ["ServiceName"] = "(none)", ["Status"] = "Inactive",
        ["ServiceSpecificCredentialId"] = "none" });
        return
        [
            .. rows.Select(row => LiveReader.Row(
                user with { NativeType = AwsAnswerTypes.ServiceCredential,
                    Id = $"{AwsAnswerTypes.ServiceCredential}/{row["ServiceSpecificCredentialId"]}" }, row)),
        ];
    }

    private Task<XElement?> UserAsync(string action, string user, CancellationToken cancellation) =>
        FormAsync(action, "UserName", user, cancellation);

    /// <summary>Null when there is no such thing.</summary>
    private async Task<XElement?> FormAsync(string action, string name, string value, CancellationToken cancellation)
    {
        try
        {
            var request = AwsRequest.Form(AwsRegion.Global, "iam", action, "2010-05-08", new KeyValuePair<string, string>(name, value));
            return (await api.SendAsync(request, cancellation)).Xml();
        }
        catch (CloudCallException fault) when (fault.IsNotFound || fault.Code is "NoSuchEntity" or "NoSuchEntityException")
        {
            return null;
        }
    }
}
