namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>The Lambda's executable as it is shipped: the one in the package.</summary>
internal static class PublishedBootstrap
{
    public static bool IsJit => PublishedPackage.IsJit;

    public static async Task<string> PathAsync() => Path.Combine(await PublishedPackage.AwsAsync(), "bootstrap");

    public static string Repository() => PublishedPackage.Root();
}
