using System.Text;
using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Ingestion;

/// <summary>
/// What AWS Config does not record, as the APIs answer it: ListAccessKeys, GetLoginProfile, ListServiceSpecificCredentials,
/// ListMFADevices, GetAccountSummary, ListOrganizationsFeatures and GetCredentialReport of IAM, ListFunctionUrlConfigs of Lambda, and
/// GetIdentityPoolRoles of Cognito.
/// </summary>
/// <remarks>Source: botocore service models of IAM 2010-05-08, Lambda 2015-03-31 and Cognito Identity 2014-06-30.</remarks>
internal static class IamAnswerReader
{
    public static IEnumerable<Reading>? Read(Doc record, Envelope envelope)
    {
        if (record["AccessKeyMetadata"].IsArray)
        {
            return Each(record["AccessKeyMetadata"], AwsAnswerTypes.AccessKey, "UserName", "AccessKeyId", envelope);
        }

        if (record["ServiceSpecificCredentials"].IsArray)
        {
            return Each(record["ServiceSpecificCredentials"], AwsAnswerTypes.ServiceCredential, "UserName", "ServiceSpecificCredentialId",
                envelope);
        }

        if (record["MFADevices"].IsArray)
        {
            return Each(record["MFADevices"], AwsAnswerTypes.MfaDevice, "UserName", "SerialNumber", envelope);
        }

        if (record["SummaryMap"].IsObject)
        {
            return [Account(record["SummaryMap"], AwsAnswerTypes.AccountSummary, envelope)];
        }

        if (record["EnabledFeatures"].IsArray && record["OrganizationId"].IsText)
        {
            return [Account(record, AwsAnswerTypes.OrganizationFeatures, envelope)];
        }

        if (record["IdentityPoolId"].IsText && record["Roles"].IsObject)
        {
            return [One(record, AwsAnswerTypes.IdentityPoolRoles, "IdentityPoolId", "IdentityPoolId", envelope)];
        }

        if (record["FunctionUrlConfigs"].IsArray)
        {
            return Each(record["FunctionUrlConfigs"], AwsAnswerTypes.FunctionUrl, "FunctionArn", "FunctionArn", envelope);
        }

        if (record["LoginProfile"].IsObject)
        {
            return [One(record["LoginProfile"], AwsAnswerTypes.LoginProfile, "UserName", "UserName", envelope)];
        }

        return record["ReportFormat"].Exists && record["Content"].Text is { } content ? Report(content, envelope) : null;
    }

    private static IEnumerable<Reading> Each(Doc list, string type, string owner, string id, Envelope envelope) =>
        list.Items.All().Where(item => item.IsObject).Select(item => One(item, type, owner, id, envelope));

    private static Reading One(Doc item, string type, string owner, string id, Envelope envelope)
    {
        if (item[owner].NonEmpty is not { } name || item[id].NonEmpty is not { } own)
        {
            return new Reading.Unreadable($"a response about {type} without {owner} or {id}");
        }

        var account = Arn.TryParse(name, out var arn) ? arn.Account : envelope.Account;
        return new Reading.Found(new Resource
        {
            Ref = new ResourceRef
                { Provider = Provider.Aws, NativeType = type, Id = $"{type}/{own}", Account = account, Region = "global", Name = name },
            Document = item,
            Configuration = item,
        });
    }

    /// <summary>An answer about the whole account, which it does not name.</summary>
    private static Reading.Found Account(Doc answer, string type, Envelope envelope) => new(new Resource
    {
        Ref = new ResourceRef
        {
            Provider = Provider.Aws,
            NativeType = type,
            Id = $"{type}/{envelope.Account ?? "this account"}",
            Account = envelope.Account,
            Region = "global",
            Name = envelope.Account,
        },
        Document = answer,
        Configuration = answer,
    });

    private static IEnumerable<Reading> Report(string base64, Envelope envelope)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length)
            ? CredentialReport.Read(Encoding.UTF8.GetString(bytes, 0, length), envelope)
            : [new Reading.Unreadable("a credential report whose Content is not base64")];
    }
}
