namespace ServerlessGuard.Azure.Arm;

/// <summary>Which cloud's Resource Manager.</summary>
/// <param name="Endpoint">https://management.azure.com, a sovereign cloud's, or http on loopback for the lab.</param>
/// <param name="Audience">What the token is for; usually the endpoint.</param>
public sealed record ArmSettings(Uri Endpoint, string Audience)
{
    public static ArmSettings Public { get; } = new(new Uri("https://management.azure.com"), "https://management.azure.com");

    /// <summary>How long a long-running operation is followed.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Between two looks at an operation, where the service says nothing else.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Of one call, with its retries inside.</summary>
    public int MaxRetries { get; init; } = 4;

    /// <summary>A longer Retry-After is not waited for here: the queue brings the work back later.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Attempts wait so long at first; the service's Retry-After goes before it.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Does our token go there?</summary>
    internal bool IsOurs(Uri link) => link.Scheme == Endpoint.Scheme && link.Host == Endpoint.Host && link.Port == Endpoint.Port;

    /// <summary>
    /// GUARD_ARM_ENDPOINT and GUARD_ARM_AUDIENCE. An <see cref="InvalidDataException"/> with one line when they are unusable.
    /// </summary>
    public static ArmSettings Read(Func<string, string?> environment)
    {
        if (environment("GUARD_ARM_ENDPOINT") is not { Length: > 0 } text)
        {
            return Public;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint)
            || endpoint.Scheme != Uri.UriSchemeHttps && !(endpoint.Scheme == Uri.UriSchemeHttp && endpoint.IsLoopback))
        {
            throw new InvalidDataException($"GUARD_ARM_ENDPOINT: \"{text}\" is not an https address (http is for loopback only)");
        }

        return new ArmSettings(endpoint, environment("GUARD_ARM_AUDIENCE") is { Length: > 0 } audience ? audience : Public.Audience);
    }
}
