namespace ServerlessGuard.Benchmarks;

internal static class Fixtures
{
    public static string Root { get; } = Find();

    public static string Path(string name) => System.IO.Path.Combine(Root, "tests", "fixtures", name);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "ServerlessGuard.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("not inside the repository");
    }
}
