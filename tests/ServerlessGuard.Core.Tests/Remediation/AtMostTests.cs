using System.Collections.Immutable;
using ServerlessGuard.Engine;
using ServerlessGuard.Guards;
using ServerlessGuard.Rules;

namespace ServerlessGuard.Tests.Remediation;

/// <summary>guard.yaml says how far fixes go, and what has to be permitted follows from it; the environment can only hold a deployment back.</summary>
public sealed class AtMostTests
{
    private static readonly RemediationSettings Settings = new()
    {
        Mode = RemediationMode.Propose,
        Rules = ImmutableDictionary.CreateRange(StringComparer.OrdinalIgnoreCase, [KeyValuePair.Create("SG-STOR-001", RemediationMode.Enforce)]),
        Accounts = ImmutableDictionary.CreateRange(StringComparer.OrdinalIgnoreCase, [KeyValuePair.Create("111122223333", RemediationMode.Approve)]),
    };

    [Theory]
    [InlineData(RemediationMode.Observe, RemediationMode.Observe, RemediationMode.Observe, RemediationMode.Observe)]
    [InlineData(RemediationMode.Propose, RemediationMode.Propose, RemediationMode.Propose, RemediationMode.Propose)]
    [InlineData(RemediationMode.Approve, RemediationMode.Approve, RemediationMode.Approve, RemediationMode.Propose)]
    [InlineData(RemediationMode.Enforce, RemediationMode.Enforce, RemediationMode.Approve, RemediationMode.Propose)]
    public void A_limit_lowers_every_rule_and_raises_none(RemediationMode most, RemediationMode named, RemediationMode inAccount, RemediationMode other)
    {
        var held = Settings with { AtMost = most };
        Assert.Equal(
            (named, inAccount, other),
            (held.ModeOf("SG-STOR-001", "444455556666"), held.ModeOf("SG-STOR-001/part", "111122223333"), held.ModeOf("SG-NET-001", account: null)));
    }

    /// <summary>What no file says is not done, whatever the environment says: so what the file lets <c>guard permissions</c> print is enough (<c>SourcePermissionTests</c>).</summary>
    [Fact]
    public void Without_a_file_nothing_is_more_than_observed()
    {
        var settings = RemediationSettings.Default with { AtMost = RemediationMode.Enforce };
        Assert.All(RuleCatalog.BuiltIn.All, rule => Assert.Equal(RemediationMode.Observe, settings.ModeOf(rule.Descriptor.Id, "111122223333")));
    }

    [Fact]
    public void A_deployment_that_is_held_back_says_so()
    {
        var held = GuardSettings.Default with { Remediation = Settings with { AtMost = RemediationMode.Observe } };
        Assert.Equal(
            "GUARD_MODE is observe: nothing goes further here, although guard.yaml lets fixes go as far as enforce; set it to enforce to follow guard.yaml",
            Assert.Single(SettingsWarnings.Of(held)));
        Assert.Empty(SettingsWarnings.Of(held with { Remediation = Settings }));
        Assert.Empty(SettingsWarnings.Of(GuardSettings.Default with { Remediation = RemediationSettings.Default with { AtMost = RemediationMode.Observe } }));
    }
}
