using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Whether the settings of a function hold secrets in clear text.</summary>
public sealed record SettingsSecretsFacts(ResourceRef Subject) : SubjectFacts(Subject)
{
    public override FactsKind Kind => FactsKind.SettingsSecrets;

    public required Fact HoldsSecret { get; init; }

    /// <summary>Only the platform's own storage setting, which the platform itself once demanded.</summary>
    public bool OnlyPlatformSetting { get; init; }

    /// <summary>A credential of the other cloud: the bridge between them.</summary>
    public bool OfOtherCloud { get; init; }
}
