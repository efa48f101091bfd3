namespace ServerlessGuard.Simulators.Aws.Queues;

/// <summary>A simulated standard SQS queue in memory: at least once, visibility timeout, redrive to a dead-letter queue.</summary>
public sealed class SimulatedSqs(string name, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<LabMessage> _messages = [];
    private TaskCompletionSource _changed = New();

    public string Name => name;

    /// <summary>
    /// How long a message is hidden after it was received, or after its handling failed. Short: a laboratory does not wait as long as an
    /// account does.
    /// </summary>
    public TimeSpan VisibilityTimeout { get; init; } = TimeSpan.FromMilliseconds(400);

    public int MaxReceiveCount { get; init; } = 5;

    /// <summary>
    /// Where a message goes that was received more than <see cref="MaxReceiveCount"/> times; null: it is received for ever.
    /// </summary>
    public SimulatedSqs? DeadLetters { get; init; }

    /// <summary>Waiting, delayed or in flight.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _messages.Count;
            }
        }
    }

    /// <summary>The bodies of all messages that are not deleted, oldest first.</summary>
    public IReadOnlyList<string> Bodies
    {
        get
        {
            lock (_lock)
            {
                return [.. _messages.Select(message => message.Body)];
            }
        }
    }

    /// <summary>Adds a message and returns its id.</summary>
    public string Send(string body, TimeSpan delay = default)
    {
        var now = time.GetUtcNow();
        var message = new LabMessage { Id = Guid.NewGuid().ToString(), Body = body, SentAt = now, VisibleAt = now + delay };
        Add(message);
        return message.Id;
    }

    /// <summary>Up to so many visible messages, hidden from now on for the visibility timeout.</summary>
    /// <param name="most">At most so many.</param>
    /// <param name="hidden">Another time than the queue's.</param>
    public IReadOnlyList<LabMessage> Receive(int most, TimeSpan? hidden = null)
    {
        var now = time.GetUtcNow();
        var dead = new List<LabMessage>();
        var received = new List<LabMessage>();
        lock (_lock)
        {
            foreach (var message in _messages.Where(message => message.VisibleAt <= now).ToArray())
            {
                if (DeadLetters is not null && message.Receives >= MaxReceiveCount)
                {
                    _messages.Remove(message);
                    dead.Add(message);
                }
                else if (received.Count < most)
                {
                    message.Receives++;
                    message.FirstReceivedAt ??= now;
                    message.Receipt = Guid.NewGuid().ToString("N");
                    message.VisibleAt = now + (hidden ?? VisibilityTimeout);
                    received.Add(message.Copy());
                }
            }
        }

        foreach (var message in dead)
        {
            message.Receives = 0;
            message.VisibleAt = now;
            DeadLetters!.Add(message);
        }

        return received;
    }

    /// <summary>False: the receipt is not the latest one, the message belongs to another receiver by now.</summary>
    public bool Delete(string receipt) => With(receipt, message => _messages.Remove(message));

    public bool ChangeVisibility(string receipt, TimeSpan timeout) =>
        With(receipt, message => message.VisibleAt = time.GetUtcNow() + timeout);

    public void Purge()
    {
        lock (_lock)
        {
            _messages.Clear();
        }
    }

    /// <summary>Returns when a message may be visible. Spurious returns are possible.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        Task changed;
        TimeSpan? until;
        lock (_lock)
        {
            changed = _changed.Task;
            until = _messages.Count == 0 ? null : _messages.Min(message => message.VisibleAt) - time.GetUtcNow();
        }

        if (until <= TimeSpan.Zero)
        {
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var due = until is { } wait
            ? Task.Delay(wait + TimeSpan.FromMilliseconds(1), time, stop.Token)
            : Task.Delay(Timeout.InfiniteTimeSpan, time, stop.Token);
        await Task.WhenAny(changed, due);
        await stop.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private void Add(LabMessage message)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _messages.Add(message);
            changed = _changed;
            _changed = New();
        }

        changed.TrySetResult();
    }

    private bool With(string receipt, Action<LabMessage> act)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            if (_messages.Find(message => message.Receipt == receipt) is not { } found)
            {
                return false;
            }

            act(found);
            changed = _changed;
            _changed = New();
        }

        changed.TrySetResult();
        return true;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
