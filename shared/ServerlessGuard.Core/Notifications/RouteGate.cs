using ServerlessGuard.Tables;

namespace ServerlessGuard.Notifications;

/// <summary>Leaves a route alone after it throttled or failed: for all accounts, and for the next runs too.</summary>
internal sealed class RouteGate(ITable table, TimeProvider time, Func<double> jitter, NotifierReport report)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(15);

    /// <summary>A platform that asks for a day is asked again after an hour.</summary>
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    private readonly Dictionary<string, ChatRoute?> _routes = new(StringComparer.Ordinal);

    /// <summary>Until when it is closed; null: open.</summary>
    public async Task<DateTimeOffset?> ClosedAsync(NotificationRoute route, CancellationToken cancellation)
    {
        if (!_routes.TryGetValue(route.Name, out var state))
        {
            _routes[route.Name] = state =
                ChatRows.Route(await table.FindAsync(RowKeys.Directory, ChatKeys.Route(route.Name), cancellation));
        }

        return state?.NotBefore is { } until && until > time.GetUtcNow() ? until : null;
    }

    public async Task CloseAsync(NotificationRoute route, ChatException fault, CancellationToken cancellation)
    {
        var attempts = _routes.GetValueOrDefault(route.Name)?.Attempts ?? 0;
        var throttled = fault.Fault is ChatFault.Throttled;
        var delay = throttled && fault.RetryAfter is { } asked
            ? TimeSpan.FromTicks(Math.Clamp(asked.Ticks, TimeSpan.TicksPerSecond, MaxRetryAfter.Ticks))
            : TimeSpan.FromTicks(Math.Min(MaxDelay.Ticks, FirstDelay.Ticks << Math.Min(attempts, 12))) * (0.5 + jitter() / 2);
        var state = new ChatRoute
            { NotBefore = time.GetUtcNow() + delay, Attempts = throttled ? attempts : attempts + 1, Fault = fault.Message };
        _routes[route.Name] = state;
        report.Next(state.NotBefore);
        await table.CommitAsync(RowKeys.Directory, [new TableWrite.Put(ChatRows.Row(ChatKeys.Route(route.Name), state))], cancellation);
    }

    /// <summary>It took a message: what failed before does not count any more.</summary>
    public async Task OpenAsync(NotificationRoute route, CancellationToken cancellation)
    {
        if (_routes.GetValueOrDefault(route.Name) is { Attempts: > 0 } state)
        {
            _routes[route.Name] = state with { Attempts = 0, NotBefore = time.GetUtcNow() };
            await table.CommitAsync(RowKeys.Directory, [new TableWrite.Put(ChatRows.Row(ChatKeys.Route(route.Name), _routes[route.Name]!))],
                cancellation);
        }
    }
}
