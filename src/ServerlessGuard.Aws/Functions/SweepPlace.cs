namespace ServerlessGuard.Aws.Functions;

/// <summary>
/// Where a sweep stands, as its row keeps it: <c>list TYPE TOKEN</c> while types are listed, then <c>gone PARTITION KEY</c> while the
/// findings' resources are looked for.
/// </summary>
internal sealed record SweepPlace(bool Lists, string Of, string? At)
{
    private const char Separator = '\n';

    public static SweepPlace Read(string? text, string first) => text?.Split(Separator) switch
    {
        ["list", { Length: > 0 } type, var token] => new SweepPlace(Lists: true, type, token.Length > 0 ? token : null),
        ["gone", { Length: > 0 } partition, var key] => new SweepPlace(Lists: false, partition, key.Length > 0 ? key : null),
        _ => new SweepPlace(Lists: true, first, null),
    };

    public override string ToString() => $"{(Lists ? "list" : "gone")}{Separator}{Of}{Separator}{At}";
}
