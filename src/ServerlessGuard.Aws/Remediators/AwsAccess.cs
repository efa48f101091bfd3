using System.Xml.Linq;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>The API as remediators use it: only in the account that the credentials belong to.</summary>
/// <remarks>IAM names, bucket names and key aliases say no account: a finding of another account would otherwise change our resource of the
/// same name.</remarks>
public sealed class AwsAccess(IAwsApi api)
{
    private string? _account;

    public async Task<AwsAnswer> SendAsync(Finding finding, AwsRequest request, CancellationToken cancellation)
    {
        var own = await AccountAsync(cancellation);
        if (finding.Resource.Account is { } account && account != own)
        {
            throw new CloudCallException("OtherAccount", $"the resource is of account {account}, the credentials are of account {own}",
                isTransient: false);
        }

        return await api.SendAsync(request, cancellation);
    }

    /// <summary>The account that the credentials belong to.</summary>
    public async Task<string> AccountAsync(CancellationToken cancellation) => _account ??= await OwnAccountAsync(cancellation);

    /// <summary>Null where the service says one of these codes: the sub-resource was never set.</summary>
    public async Task<AwsAnswer?> FindAsync(Finding finding, AwsRequest request, CancellationToken cancellation, params string[] absent)
    {
        try
        {
            return await SendAsync(finding, request, cancellation);
        }
        catch (CloudCallException exception) when (absent.Contains(exception.Code, StringComparer.Ordinal))
        {
            return null;
        }
    }

    public async Task<XElement> XmlAsync(Finding finding, AwsRequest request, CancellationToken cancellation) =>
        (await SendAsync(finding, request, cancellation)).Xml();

    /// <summary>GetCallerIdentity needs no permission.</summary>
    private async Task<string> OwnAccountAsync(CancellationToken cancellation)
    {
        var identity = (await api.SendAsync(AwsRequest.Form(AwsRegion.Home, "sts", "GetCallerIdentity", "2011-06-15"), cancellation)).Xml();
        return identity.Descendants("Account").FirstOrDefault()?.Value is { } account && Arn.IsAccount(account)
            ? account
            : throw new CloudCallException("UnreadableAnswer", "sts GetCallerIdentity: no account in the answer", isTransient: true);
    }
}
