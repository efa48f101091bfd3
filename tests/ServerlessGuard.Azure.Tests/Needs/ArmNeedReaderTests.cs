using System.Text.Json;
using ServerlessGuard.Azure.Needs;
using ServerlessGuard.Azure.Reporting;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Tests.Needs;

/// <summary>Every source in Azure, read by the host.</summary>
public sealed class ArmNeedReaderTests
{
    private const string Subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";

    private static readonly Dictionary<string, AzureSource> Sources = typeof(INeighbour).Assembly.GetTypes()
        .Where(type => type.IsAssignableTo(typeof(INeighbour)) && !type.IsInterface)
        .Select(type => (type.Name, Source: type.GetProperty(nameof(INeighbour.Source))!.GetValue(null)))
        .Where(one => one.Source is AzureSource).ToDictionary(one => one.Name, one => (AzureSource)one.Source!, StringComparer.Ordinal);

    public static TheoryData<string> All => [.. Sources.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_source_is_asked_for_what_is_wanted(string kind)
    {
        var source = Sources[kind];
        var parents = source.Of.IsEmpty ? [source.NativeType!] : source.Of;
        foreach (var parent in parents)
        {
            var arm = new Asked();
            var at = source.By is AzureFind.Assignments ? "22222222-2222-2222-2222-222222222222" : Id(parent);
            var found = await ReadAsync(arm, source, at);
            var path = source.By is AzureFind.Assignments ? $"{Subscription}/providers/{source.NativeType}" : at + source.Path;
            Assert.Equal([path], arm.Paths);
            var isNoted = found.Any(one => one.Ref.NativeType == ListedChildren.NativeType);
            Assert.Equal(source.By is AzureFind.List or AzureFind.Assignments, isNoted);
        }
    }

    /// <summary>Ids out of documents decide which address is called with our token.</summary>
    [Theory]
    [InlineData("/subscriptions/11111111-1111-1111-1111-111111111111/../../tenants")]
    [InlineData("/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/A.B/c/d?x=1")]
    [InlineData("/providers/Microsoft.Authorization/roleDefinitions/../elevateAccess")]
    [InlineData("/providers/Microsoft.Billing/billingAccounts/b")]
    [InlineData("")]
    public async Task An_id_that_is_not_sound_is_not_followed(string at)
    {
        foreach (var source in Sources.Values.Where(source => source.By is not AzureFind.Assignments))
        {
            var arm = new Asked();
            Assert.Empty(await ReadAsync(arm, source, at));
            Assert.Empty(arm.Paths);
        }
    }

    private static Task<IReadOnlyList<Resource>> ReadAsync(IResourceSource arm, AzureSource source, string at)
    {
        const string Type = "Microsoft.Web/sites";
        var site = new ResourceRef { Provider = Provider.Azure, NativeType = Type, Id = Id(Type), Account = Subscription.Split('/')[^1] };
        var journal = new Journal(TextWriter.Null, TextWriter.Null, TimeProvider.System);
        var need = new Need(source, site, [new Wanted(source, at, at)]);
        return new ArmNeedReader(arm, new Attempt(journal)).ReadAsync(need, CancellationToken.None);
    }

    private static string Id(string type)
    {
        if (type is "Microsoft.Resources/subscriptions")
        {
            return Subscription;
        }

        var parts = type.Split('/');
        return $"{Subscription}/resourceGroups/rg/providers/{parts[0]}{string.Concat(parts[1..].Select(part => $"/{part}/one"))}";
    }

    /// <summary>Knows nothing, and remembers what it was asked.</summary>
    private sealed class Asked : IResourceSource
    {
        public List<string> Paths { get; } = [];

        public bool Reads(string type) => true;

        public Task<JsonElement?> FindAsync(string id, CancellationToken cancellation)
        {
            Paths.Add(id);
            return Task.FromResult<JsonElement?>(null);
        }

        public Task<IReadOnlyList<JsonElement>> ListAsync(string collection, string type, CancellationToken cancellation)
        {
            Paths.Add(collection);
            return Task.FromResult<IReadOnlyList<JsonElement>>([]);
        }

        public Task<JsonElement?> PostListAsync(string id, CancellationToken cancellation) => FindAsync(id + "/list", cancellation);

        public IAsyncEnumerable<string> IdsAsync(string type, IReadOnlyList<string> subscriptions, CancellationToken cancellation) =>
            throw new NotSupportedException();
    }
}
