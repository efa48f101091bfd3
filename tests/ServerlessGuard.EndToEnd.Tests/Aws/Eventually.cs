namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>Waits for what other processes do: looks often, gives up late.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static Task IsAsync(Func<bool> condition, string what) => IsAsync(() => Task.FromResult(condition()), what);

    public static async Task IsAsync(Func<Task<bool>> condition, string what, Func<string>? state = null)
    {
        var until = DateTimeOffset.UtcNow + Patience;
        while (!await condition())
        {
            Assert.True(DateTimeOffset.UtcNow < until, $"not within {Patience.TotalSeconds} seconds: {what}{(state is null ? string.Empty : "\n" + state())}");
            await Task.Delay(5);
        }
    }
}
