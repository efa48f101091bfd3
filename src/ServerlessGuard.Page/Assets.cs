using System.Collections.Frozen;
using System.Text;

namespace ServerlessGuard.Page;

/// <summary>What the browser loads: the four files that the build of <c>web/</c> made.</summary>
internal static class Assets
{
    /// <summary>What there is instead of the page.</summary>
    public const string Missing =
        "This build has no page: it was made without Node.js. ./guard serve builds it, or dotnet build with -p:Web=true.";

    private static readonly FrozenDictionary<string, (string Resource, string Type)> Files =
        new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["/"] = ("web/index.html", "text/html; charset=utf-8"),
        ["/app.js"] = ("web/app.js", "text/javascript; charset=utf-8"),
        ["/app.css"] = ("web/app.css", "text/css; charset=utf-8"),
        ["/icon.svg"] = ("web/icon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>False in a build that was made without Node.js: everything but the page works in it.</summary>
    public static bool AreThere => typeof(Assets).Assembly.GetManifestResourceInfo("web/index.html") is not null;

    public static PageResponse? Find(string path)
    {
        if (!Files.TryGetValue(path, out var file))
        {
            return null;
        }

        using var stream = typeof(Assets).Assembly.GetManifestResourceStream(file.Resource);
        if (stream is null)
        {
            return new PageResponse(503, "text/plain; charset=utf-8", PageSecurity.Headers, Encoding.UTF8.GetBytes(Missing));
        }

        var body = new byte[stream.Length];
        stream.ReadExactly(body);
        return new PageResponse(200, file.Type, PageSecurity.Headers, body);
    }
}
