using System.Collections.Immutable;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// API calls that change what a rule judges without a configuration item that says so, and whose state is judged after them.
/// </summary>
/// <param name="EventSource">CloudTrail's: <c>iam.amazonaws.com</c>.</param>
/// <param name="NativeType">Of the resource that is judged.</param>
/// <param name="NamedAt">Dotted paths in the call's detail where the resource's name, id or ARN may stand; the first that is there
/// counts.</param>
public sealed record ApiCalls(string EventSource, string NativeType, ImmutableArray<string> NamedAt)
{
    /// <summary>CloudTrail's eventName.</summary>
    public required ImmutableArray<string> Names { get; init; }

    /// <summary>Whose Config holds the resource's item: the region of its ARN or of the call, or ours.</summary>
    public ConfigPlace In { get; init; } = ConfigPlace.Beside;

    /// <summary>What reads the whole resource; null: its item in Config is judged, with what is read live beside it.</summary>
    public LiveRead? State { get; init; }
}
