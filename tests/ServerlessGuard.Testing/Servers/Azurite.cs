using ServerlessGuard.Emulators;

namespace ServerlessGuard.Testing.Servers;

/// <summary>The emulator as xunit starts and ends it, installed below the repository's artifacts.</summary>
public sealed class Azurite() : AzuriteEmulator(ServersFolder.Path), IAsyncLifetime
{
    public static new async Task<Azurite> StartAsync()
    {
        var azurite = new Azurite();
        await azurite.InitializeAsync();
        return azurite;
    }

    public Task InitializeAsync() => base.StartAsync();

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();
}
