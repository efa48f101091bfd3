using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>What IAM says about a user.</summary>
/// <remarks>botocore service model: IAM 2010-05-08.</remarks>
internal sealed class UserAnswers(IAwsApi api, TimeProvider time)
{
    /// <summary>A report of an ordinary account is there after some seconds.</summary>
    private const int ReportAttempts = 5;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(2);

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

        row["mfa_active"] = await UserAsync("ListMFADevices", name, cancellation) is { } devices
            ? devices.Descendants("MFADevices").Elements("member").Any()
            : null;
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

    /// <summary>
    /// An account's root user as its row of the credential report; what the account's summary says is fresher. A report that is not ready
    /// yet leaves open when root signed in.
    /// </summary>
    public async Task<Resource> RootAsync(string account, CancellationToken cancellation)
    {
        var arn = $"arn:aws:iam::{account}:root";
        var row = await ReportRowAsync(arn, cancellation) ?? new JsonObject { ["user"] = "<root_account>", ["arn"] = arn };
        var summary = (await SendAsync("GetAccountSummary", cancellation)).Descendants("entry")
            .ToDictionary(
                entry => entry.Element("key")?.Value ?? string.Empty, entry => entry.Element("value")?.Value, StringComparer.Ordinal);
        foreach (var (count, column) in ((string, string)[])
            [("AccountAccessKeysPresent", "access_key_1_active"), ("AccountMFAEnabled", "mfa_active"),
                ("AccountPasswordPresent", "password_enabled")])
        {
            if (summary.GetValueOrDefault(count) is { } value)
            {
                row[column] = value is not "0";
            }
        }

        // One number for both keys.
        row["access_key_2_active"] = summary.ContainsKey("AccountAccessKeysPresent") ? false : row["access_key_2_active"]?.DeepClone();
        return LiveReader.Row(new ResourceRef { Provider = Provider.Aws, NativeType = AwsAnswerTypes.CredentialReportRow, Id = arn,
            Account = account, Region = "global", Name = "<root_account>" }, row) with { CapturedAt = time.GetUtcNow() };
    }

    /// <summary>The item with <c>supplementaryConfiguration.SAMLMetadataDocument</c>; as it is when the provider is gone.</summary>
    public async Task<Resource> WithMetadataAsync(Resource provider, CancellationToken cancellation)
    {
        var answer = await FormAsync("GetSAMLProvider", "SAMLProviderArn", provider.Ref.Id, cancellation);
        return answer?.Descendants("SAMLMetadataDocument").FirstOrDefault()?.Value is { } metadata
            ? provider with
                { Supplementary = LiveReader.Row(provider.Ref, new JsonObject { ["SAMLMetadataDocument"] = metadata }).Document }
            : provider;
    }

    private async Task<JsonObject?> ReportRowAsync(string arn, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < ReportAttempts; attempt++)
        {
            try
            {
                var content = (await SendAsync("GetCredentialReport", cancellation)).Descendants("Content").FirstOrDefault()?.Value;
                return content is null ? null : CredentialReport.Read(Encoding.UTF8.GetString(Convert.FromBase64String(content)))
                    .OfType<Reading.Found>()
                    .Where(found => found.Resource.Ref.Id == arn && found.Resource.Document["user"].Is("<root_account>"))
                    .Select(found => JsonObject.Create(found.Resource.Document.Element)).FirstOrDefault();
            }
            catch (CloudCallException fault) when (fault.Code.Contains("InProgress", StringComparison.Ordinal))
            {
                await Task.Delay(BetweenAttempts, time, cancellation);
            }
            catch (CloudCallException fault) when (attempt == 0 && (fault.Code.Contains("NotPresent", StringComparison.Ordinal)
                || fault.Code.Contains("Expired", StringComparison.Ordinal) && fault.Code.Contains("Report", StringComparison.Ordinal)))
            {
                await SendAsync("GenerateCredentialReport", cancellation);
                await Task.Delay(BetweenAttempts, time, cancellation);
            }
            catch (CloudCallException fault) when (fault.Code.Contains("NotPresent", StringComparison.Ordinal))
            {
                await Task.Delay(BetweenAttempts, time, cancellation);
            }
        }

        return null;
    }

    private async Task<XElement> SendAsync(string action, CancellationToken cancellation) =>
        (await api.SendAsync(AwsRequest.Form(AwsRegion.Global, "iam", action, "2010-05-08"), cancellation)).Xml();

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
