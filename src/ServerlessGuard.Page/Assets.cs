using System.Collections.Frozen;

namespace ServerlessGuard.Page;

/// <summary>What the browser loads: the four files that the build of <c>web/</c> made.</summary>
internal static class Assets
{
    private static readonly FrozenDictionary<string, (string Resource, string Type)> Files = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        ["/"] = ("web/index.html", "text/html; charset=utf-8"),
        ["/app.js"] = ("web/app.js", "text/javascript; charset=utf-8"),
        ["/app.css"] = ("web/app.css", "text/css; charset=utf-8"),
        ["/icon.svg"] = ("web/icon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static PageResponse? Find(string path)
    {
        if (!Files.TryGetValue(path, out var file))
        {
            return null;
        }

        using var stream = typeof(Assets).Assembly.GetManifestResourceStream(file.Resource)!;
        var body = new byte[stream.Length];
        stream.ReadExactly(body);
        return new PageResponse(200, file.Type, PageSecurity.Headers, body);
    }
}
