using System.IO.Compression;

namespace ServerlessGuard.EndToEnd.Tests;

/// <summary>That there is something to deploy: the documented command makes both zips. The other tests run what it published.</summary>
public sealed class PackageTests
{
    [PackagedTheory]
    [InlineData("aws", 10_000_000, new[] { "bootstrap", "guard.yaml" })]
    [InlineData("azure", 32_000_000, new[] { "guard-functions", "guard.yaml", "host.json", "scan/function.json", "work/function.json" })]
    public async Task The_documented_command_makes_a_package_that_it_does_not_refuse(string host, long most, string[] holds)
    {
        var folder = host is "aws" ? await PublishedPackage.AwsAsync() : await PublishedPackage.AzureAsync();
        var file = new FileInfo(PublishedPackage.Zip(host));
        Assert.InRange(file.Length, 1_000_000, most);
        await using var zip = await ZipFile.OpenReadAsync(file.FullName);
        var names = zip.Entries.Select(entry => entry.FullName).ToList();
        Assert.All(holds, name => Assert.Contains(name, names));
        Assert.DoesNotContain(names, name => name.EndsWith(".pdb", StringComparison.Ordinal) || name.EndsWith(".dbg", StringComparison.Ordinal));

        // What the other tests run is what lies in the zip.
        await using var packed = await zip.Entries.Single(entry => entry.FullName == holds[0]).OpenAsync();
        using var bytes = new MemoryStream();
        await packed.CopyToAsync(bytes);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(folder, holds[0])), bytes.ToArray());
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class PackagedTheoryAttribute : TheoryAttribute
    {
        public PackagedTheoryAttribute() => Skip = PublishedPackage.IsJit ? "GUARD_E2E_JIT=1: nothing is packed" : null;
    }
}
