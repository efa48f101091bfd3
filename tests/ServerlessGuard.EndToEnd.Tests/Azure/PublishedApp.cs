namespace ServerlessGuard.EndToEnd.Tests.Azure;

/// <summary>The function app as it is deployed: what the package was made of.</summary>
internal static class PublishedApp
{
    /// <summary>Holds host.json, the functions' folders and the executable.</summary>
    public static Task<string> DirectoryAsync() => PublishedPackage.AzureAsync();
}
