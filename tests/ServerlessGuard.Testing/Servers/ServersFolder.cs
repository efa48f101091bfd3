namespace ServerlessGuard.Testing.Servers;

/// <summary>Where the emulators are installed: below the repository's artifacts, once for all test projects.</summary>
public static class ServersFolder
{
    public static string Path { get; } = System.IO.Path.Combine(Root(), "artifacts", "servers");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "ServerlessGuard.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("ServerlessGuard.sln is in no folder above the tests");
    }
}
