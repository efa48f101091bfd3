namespace ServerlessGuard.Settings;

/// <summary>A tag that asks for leniency: anybody who may tag a resource can set it.</summary>
/// <param name="Tag">Its name, as guard.yaml has it.</param>
/// <param name="Asks">What it asks for, as the end of a sentence.</param>
/// <param name="Counts">Whether guard.yaml lists the value.</param>
public sealed record TagClaim(string Tag, string Value, string Asks, bool Counts);
