using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Azure;

namespace ServerlessGuard.Azure.Tests.Needs;

/// <summary>Every type that a host may ask Azure Resource Manager for has a pinned API version.</summary>
public sealed class ApiVersionTests
{
    private static IEnumerable<string> Sources => typeof(INeighbour).Assembly.GetTypes()
        .Where(type => type.IsAssignableTo(typeof(INeighbour)) && !type.IsInterface)
        .Select(type => type.GetProperty(nameof(INeighbour.Source))!.GetValue(null)).OfType<AzureSource>()
        .SelectMany(source => source.NativeTypes);

    private static IEnumerable<string> Routes => FactReaders.All.SelectMany(reader => reader.Routes.SelectMany(route => route switch
    {
        AzureRoute.WithParent or AzureRoute.ListedByParent => [reader.NativeType],
        AzureRoute.Through through => [through.NativeType],
        _ => Array.Empty<string>(),
    }));

    private static IEnumerable<string> Judged => FactReaders.All.Where(reader => reader.Gives.Count > 0).Select(reader => reader.NativeType)
        .Where(type => type.StartsWith("Microsoft.", StringComparison.Ordinal))
        .Where(type => !type.StartsWith("Microsoft.Graph/", StringComparison.Ordinal));

    public static TheoryData<string> Types =>
        [.. Sources.Concat(Routes).Concat(Judged).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_type_that_is_read_has_a_pinned_api_version(string type) =>
        Assert.True(ArmApiVersions.Of(type) is not null, $"{type} is read, but ArmApiVersions pins no version of it");
}
