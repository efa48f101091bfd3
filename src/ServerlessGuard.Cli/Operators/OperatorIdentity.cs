using System.Buffers.Text;
using System.Text.Json;

namespace ServerlessGuard.Cli.Operators;

/// <summary>Who an operator is, by the word of the cloud (or, for a file, of this machine) that lets them write.</summary>
/// <param name="IsProven">The cloud vouches for the person. Not so for the session name of an assumed role, which whoever assumes it
/// chooses, nor for what several people share.</param>
internal sealed record OperatorIdentity(string Name, bool IsProven)
{
    private const string SingleSignOn = "AWSReservedSSO_";

    /// <summary>Of the ARN that sts:GetCallerIdentity gives.</summary>
    public static OperatorIdentity? OfArn(string? arn)
    {
        var parts = arn?.Split(':', 6);
        if (parts is not ["arn", _, "iam" or "sts", _, _, var resource])
        {
            return null;
        }

        return resource.Split('/') switch
        {
            ["user", .., var name] => new OperatorIdentity(name, IsProven: true),

            // IAM Identity Center names the session after the person; everybody else after what they like.
            ["assumed-role", var role, var session] =>
                new OperatorIdentity(session, role.StartsWith(SingleSignOn, StringComparison.Ordinal)),
            [.., var name] => new OperatorIdentity(name, IsProven: false),
            _ => null,
        };
    }

    /// <summary>Of an access token that Entra gave this machine: it is read, not verified, since it was fetched here.</summary>
    public static OperatorIdentity? OfToken(string token)
    {
        try
        {
            if (token.Split('.') is not [_, var claims, ..])
            {
                return null;
            }

            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(claims));
            string? Claim(string name) =>
                document.RootElement.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
                    ? value.GetString()
                    : null;
            return (Claim("upn") ?? Claim("preferred_username") ?? Claim("unique_name")) is { Length: > 0 } person
                ? new OperatorIdentity(person, IsProven: true)
                : (Claim("oid") ?? Claim("appid")) is { Length: > 0 } principal ? new OperatorIdentity(principal, IsProven: false)
                : null;
        }
        catch (Exception fault) when (fault is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
