using System.Xml.Linq;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Aws.Remediators;

/// <summary>IAM's lists, page by page.</summary>
internal static class Pages
{
    /// <summary>More would be a service that turns in a circle.</summary>
    private const int Most = 100;

    /// <param name="request">With the marker's parameters, none for the first page.</param>
    /// <param name="list">The element whose members are wanted.</param>
    public static async Task<IReadOnlyList<XElement>> AllAsync(
        AwsAccess access, Finding finding, Func<(string Name, string Value)[], AwsRequest> request, string list,
        CancellationToken cancellation)
    {
        var all = new List<XElement>();
        (string, string)[] marker = [];
        for (var page = 0; page < Most; page++)
        {
            var answer = await access.XmlAsync(finding, request(marker), cancellation);
            all.AddRange(answer.Descendants(list).Take(1).SelectMany(members => members.Elements("member")));
            if ((string?)answer.Descendants("IsTruncated").FirstOrDefault() is not "true"
                || (string?)answer.Descendants("Marker").FirstOrDefault() is not { Length: > 0 } next)
            {
                return all;
            }

            marker = [("Marker", next)];
        }

        throw new CloudCallException("TooManyPages", $"a list of IAM has more than {Most} pages", isTransient: false);
    }
}
