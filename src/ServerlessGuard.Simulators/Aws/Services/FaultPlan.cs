namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>Faults to come: each rule fires on the next calls that it fits, so often as it says.</summary>
public sealed class FaultPlan
{
    private readonly Lock _lock = new();
    private readonly List<FaultRule> _rules = [];

    /// <param name="service">The service's name; null: any.</param>
    /// <param name="operation">The operation; null: any.</param>
    /// <param name="kind">What happens.</param>
    /// <param name="times">How often.</param>
    public void Add(string? service, string? operation, FaultKind kind, int times)
    {
        lock (_lock)
        {
            _rules.Add(new FaultRule(service, operation, kind) { Left = times });
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _rules.Clear();
        }
    }

    /// <summary>How many faults are still to come.</summary>
    public int Left
    {
        get
        {
            lock (_lock)
            {
                return _rules.Sum(rule => rule.Left);
            }
        }
    }

    internal FaultKind? Next(string service, string operation)
    {
        lock (_lock)
        {
            if (_rules.Find(rule => rule.Left > 0 && (rule.Service is null || rule.Service == service)
                && (rule.Operation is null || rule.Operation == operation)) is not { } hit)
            {
                return null;
            }

            hit.Left--;
            return hit.Kind;
        }
    }

    private sealed record FaultRule(string? Service, string? Operation, FaultKind Kind)
    {
        public int Left { get; set; }
    }
}

public enum FaultKind
{
    /// <summary>Refused with the service's throttling error; nothing happened.</summary>
    Throttle,

    /// <summary>500; nothing happened.</summary>
    InternalError,

    /// <summary>No answer comes, until the caller gives up; nothing happened.</summary>
    Hang,

    /// <summary>It happened, but the connection breaks before the answer.</summary>
    LostAnswer,

    /// <summary>The caller may not.</summary>
    AccessDenied,
}
