using ServerlessGuard.Documents;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// A bucket's access control list as AWS Config writes it: <c>{"grantList":[{"grantee":"AllUsers","permission":"Read"}]}</c>, JSON text in
/// events, JSON text encoded twice in history. A grantee is a bare group name or an object with an id; the S3 API's own spelling is read as
/// well.
/// </summary>
internal static class BucketAcl
{
    private static readonly string[] Reads = ["READ", "FULLCONTROL"];
    private static readonly string[] Writes = ["WRITE", "WRITEACP", "FULLCONTROL"];

    /// <summary>
    /// The first grant to everyone that allows reading, and the first that allows writing; null when the list was not observed.
    /// </summary>
    public static (string? Read, string? Write)? PublicGrants(Doc value)
    {
        var list = value.Decoded();
        if (!list.IsObject)
        {
            return null;
        }

        string? read = null;
        string? write = null;
        foreach (var name in (ReadOnlySpan<string>)["grantList", "grantSet", "grants"])
        {
            foreach (var grant in list[name].Items)
            {
                var permission = (grant["permission"].Text ?? string.Empty).Replace("_", string.Empty, StringComparison.Ordinal)
                    .ToUpperInvariant();
                if (Group(grant["grantee"]) is not { } group)
                {
                    continue;
                }

                var shown = $"{group}: {DocText.Shown(grant["permission"].Text ?? string.Empty)}";
                read ??= Reads.Contains(permission) ? shown : null;
                write ??= Writes.Contains(permission) ? shown : null;
            }
        }

        return (read, write);
    }

    /// <summary>AllUsers is the internet, AuthenticatedUsers anybody with any AWS account. LogDelivery is neither.</summary>
    private static string? Group(Doc grantee)
    {
        var name = grantee.IsText ? grantee.Text : grantee["uri"].Text ?? grantee["identifier"].Text ?? grantee["id"].Text;
        return name switch
        {
            null => null,
            _ when name.EndsWith("AllUsers", StringComparison.OrdinalIgnoreCase) => "AllUsers",
            _ when name.EndsWith("AuthenticatedUsers", StringComparison.OrdinalIgnoreCase) => "AuthenticatedUsers",
            _ => null,
        };
    }
}
