using System.Diagnostics;

namespace ServerlessGuard.EndToEnd.Tests.Azure;

/// <summary>Waits for a condition, with a deadline, and says what it waited for.</summary>
internal static class Poll
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(15);

    public static Task UntilAsync(string what, Func<bool> condition, int seconds = 20) => UntilAsync(what, () => Task.FromResult(condition()), seconds);

    public static async Task UntilAsync(string what, Func<Task<bool>> condition, int seconds = 20, Func<string>? detail = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed.TotalSeconds > seconds)
            {
                Assert.Fail($"{seconds} s were not enough for: {what}\n{detail?.Invoke()}");
            }

            await Task.Delay(Every);
        }
    }
}
