using System.Globalization;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>
/// A stop of the Functions host is a SIGKILL: nobody tells its handler, which would live on as an orphan with the port in its hands. So it
/// looks whether its parent is still the one that started it.
/// </summary>
/// <remarks>Not prctl(PR_SET_PDEATHSIG): that fires when the starting thread ends, and the host starts its handler from a pool
/// thread.</remarks>
public sealed class ParentWatch(Func<int?> parent, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private readonly int? _first = parent();

    /// <summary>Ends when the parent is gone; never, where parents cannot be told.</summary>
    public async Task GoneAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Look, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            if (_first is not null && parent() != _first)
            {
                return;
            }
        }
    }

    /// <summary>Field 4 of <c>/proc/self/stat</c>, behind a program name that may hold anything; null outside Linux.</summary>
    public static int? OfThisProcess()
    {
        try
        {
            var stat = File.ReadAllText("/proc/self/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return int.Parse(fields[1], CultureInfo.InvariantCulture);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }
}
