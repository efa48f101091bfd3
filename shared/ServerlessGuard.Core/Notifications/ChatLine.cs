using System.Text.Json.Nodes;

namespace ServerlessGuard.Notifications;

/// <summary>
/// Saying something on one route: what the platform answers instead is counted, closes the route, or is held against the message.
/// </summary>
internal sealed class ChatLine(IReadOnlyDictionary<ChatChannel, IChat> chats, RouteGate gate, NotifierReport report)
{
    public bool CanUpdate(NotificationRoute route) => chats[route.Channel].CanUpdate;

    public Task<DateTimeOffset?> ClosedAsync(NotificationRoute route, CancellationToken cancellation) =>
        gate.ClosedAsync(route, cancellation);

    /// <summary>No more of it in this run.</summary>
    public bool IsSpent => report.Left <= 0;

    /// <summary>Null when it was not said; then the subjects know why.</summary>
    public async Task<ChatReceipt?> PostAsync(NotificationRoute route, IReadOnlyList<Subject> about, ChatReceipt? inReplyTo,
        Func<JsonObject> message) =>
        await SayAsync(route, about,
            async () => await chats[route.Channel].PostAsync(route.Target, Made(message), inReplyTo, CancellationToken.None));

    /// <summary>False when it was not said. <see cref="ChatFault.Gone"/> passes through.</summary>
    public async Task<bool> UpdateAsync(NotificationRoute route, IReadOnlyList<Subject> about, ChatReceipt at, Func<JsonObject> message) =>
        await SayAsync(route, about, async () =>
        {
            await chats[route.Channel].UpdateAsync(at, Made(message), CancellationToken.None);
            return at;
        }) is not null;

    private async Task<ChatReceipt?> SayAsync(NotificationRoute route, IReadOnlyList<Subject> about, Func<Task<ChatReceipt>> say)
    {
        if (await gate.ClosedAsync(route, CancellationToken.None) is { } until)
        {
            Wait(about, until);
            return null;
        }

        report.Left--;
        try
        {
            var receipt = await say();
            await gate.OpenAsync(route, CancellationToken.None);
            return receipt;
        }
        catch (ChatException fault) when (fault.Fault is not ChatFault.Gone)
        {
            report.Failed++;
            report.Fault = $"{route.Name}: {fault.Message}";
            switch (fault.Fault)
            {
                case ChatFault.Rejected:
                    Refuse(about, report.Fault);
                    break;
                case ChatFault.Refused:
                    // Only what was tried counts the refusal: a revoked token does not set a whole backlog aside.
                    await gate.CloseAsync(route, fault, CancellationToken.None);
                    Refuse(about.Take(1), report.Fault);
                    Wait(about.Skip(1), await gate.ClosedAsync(route, CancellationToken.None));
                    break;
                case ChatFault.Throttled or ChatFault.Unavailable or ChatFault.Gone:
                    foreach (var subject in about)
                    {
                        subject.IsUncertain |= fault.Fault is ChatFault.Unavailable;
                    }

                    await gate.CloseAsync(route, fault, CancellationToken.None);
                    Wait(about, await gate.ClosedAsync(route, CancellationToken.None));
                    break;
            }

            return null;
        }
    }

    private static void Refuse(IEnumerable<Subject> about, string reason)
    {
        foreach (var subject in about)
        {
            subject.Refusal = reason;
        }
    }

    private static void Wait(IEnumerable<Subject> about, DateTimeOffset? until)
    {
        foreach (var subject in about)
        {
            subject.WaitUntil(until ?? DateTimeOffset.MinValue);
        }
    }

#pragma warning disable CA1031 // Whatever one message cannot be made of must not keep the others from being sent.
    private static JsonObject Made(Func<JsonObject> message)
    {
        try
        {
            return message();
        }
        catch (Exception bug)
        {
            throw new ChatException(ChatFault.Rejected, $"the message could not be built: {bug.GetType().Name}", bug);
        }
    }
#pragma warning restore CA1031
}
