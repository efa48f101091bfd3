using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.EndToEnd.Tests.Azure;

/// <summary>What all tests against the simulated Azure share: one Azurite, one published app.</summary>
public sealed class AzureCloud : IAsyncLifetime
{
    public Azurite Azurite { get; } = new();

    public string App { get; private set; } = "";

    public async Task InitializeAsync()
    {
        App = await PublishedApp.DirectoryAsync();
        await Azurite.InitializeAsync();
    }

    public async Task DisposeAsync() => await Azurite.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class SimulatedAzure : ICollectionFixture<AzureCloud>
{
    public const string Name = "simulated Azure";
}
