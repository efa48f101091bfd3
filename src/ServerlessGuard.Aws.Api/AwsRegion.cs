using System.Text.RegularExpressions;

namespace ServerlessGuard.Aws.Api;

/// <summary>
/// Where a call goes. There is no default: a resource that is asked about in another region than its own does not exist there, and would
/// pass for deleted.
/// </summary>
public sealed partial record AwsRegion
{
    private AwsRegion(string? name, bool isGlobal) => (Name, IsGlobal) = (name, isGlobal);

    /// <summary>
    /// The region that this process runs in: its own queues, its own tokens, what AWS keeps once for an account. Never a resource's.
    /// </summary>
    public static AwsRegion Home { get; } = new(null, isGlobal: false);

    /// <summary>A service that has no regions: IAM.</summary>
    public static AwsRegion Global { get; } = new(null, isGlobal: true);

    /// <summary>Null: home, or none.</summary>
    public string? Name { get; }

    public bool IsGlobal { get; }

    /// <summary>Null for what is no name of a region: it becomes part of a host name, and often comes out of an event.</summary>
    public static AwsRegion? Find(string? name) =>
        name is { Length: <= 32 } && Shape().IsMatch(name) ? new AwsRegion(name, isGlobal: false) : null;

    /// <exception cref="ArgumentException">It is no name of a region.</exception>
    public static AwsRegion Of(string name) => Find(name) ?? throw new ArgumentException("not the name of an AWS region", nameof(name));

    public override string ToString() => Name ?? (IsGlobal ? "global" : "home");

    [GeneratedRegex(@"^[a-z]{2,5}(-[a-z]+){1,3}-[0-9]{1,2}\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Shape();
}
