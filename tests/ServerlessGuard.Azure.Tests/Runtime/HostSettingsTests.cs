using ServerlessGuard.Azure.Runtime;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Azure.Tests.Runtime;

public sealed class HostSettingsTests
{
    private const string One = "11111111-1111-1111-1111-111111111111";
    private const string Emulator = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=x;TableEndpoint=http://127.0.0.1:1/devstoreaccount1;QueueEndpoint=http://127.0.0.1:2/devstoreaccount1;";

    private static HostSettings Read(params (string Name, string? Value)[] more) => Read(static _ => null, more);

    private static HostSettings Read(Func<string, string?> file, params (string Name, string? Value)[] more)
    {
        var all = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = "7071",
            ["GUARD_SUBSCRIPTIONS"] = One,
            ["GUARD_TABLE_ENDPOINT"] = "https://acct.table.core.windows.net",
            ["GUARD_QUEUE_ENDPOINT"] = "https://acct.queue.core.windows.net/",
        };
        foreach (var (name, value) in more)
        {
            all[name] = value;
        }

        return HostSettings.Read(all.GetValueOrDefault, file);
    }

    [Fact]
    public void The_least_settings_observe_only()
    {
        var settings = Read();
        Assert.Equal((7071, "guard", RemediationMode.Observe), (settings.Port, settings.Table, settings.Guard.Remediation.Mode));
        Assert.Equal("https://management.azure.com/", settings.ArmEndpoint.ToString());
        Assert.Equal([One], settings.Subscriptions);
    }

    [Fact]
    public void Sealed_rows_have_a_table_of_their_own()
    {
        Assert.Equal(("guardsealed", null), (Read().SealedTable, Read().SealKey));
        Assert.Equal("othersealed", Read(("GUARD_TABLE", "other")).SealedTable);
        Assert.Equal("plans", Read(("GUARD_SEALED_TABLE", "plans")).SealedTable);
        Assert.Equal("https://guardseal.vault.azure.net/keys/guard-seal", Read(("GUARD_SEAL_KEY", "https://guardseal.vault.azure.net/keys/guard-seal")).SealKey!.Key);
    }

    [Fact]
    public void A_star_means_the_whole_tenant_which_must_be_named()
    {
        Assert.Empty(Read(("GUARD_SUBSCRIPTIONS", "*"), ("GUARD_TENANT", One)).Subscriptions);
        Assert.Throws<SettingException>(() => Read(("GUARD_SUBSCRIPTIONS", "*")));
    }

    [Fact]
    public void The_mode_of_the_environment_only_holds_the_file_back()
    {
        const string File = "remediation: {mode: propose, rules: {SG-STOR-001: enforce}}";
        RemediationMode Mode(string rule, params (string, string?)[] more) => Read(static _ => File, more).Guard.Remediation.ModeOf(rule, One);
        Assert.Equal((RemediationMode.Enforce, RemediationMode.Propose), (Mode("SG-STOR-001"), Mode("SG-NET-001")));
        Assert.Equal((RemediationMode.Enforce, RemediationMode.Propose), (Mode("SG-STOR-001", ("GUARD_MODE", "Enforce")), Mode("SG-NET-001", ("GUARD_MODE", "Enforce"))));
        Assert.Equal((RemediationMode.Approve, RemediationMode.Propose), (Mode("SG-STOR-001", ("GUARD_MODE", "approve")), Mode("SG-NET-001", ("GUARD_MODE", "approve"))));
        Assert.Equal((RemediationMode.Observe, RemediationMode.Observe), (Mode("SG-STOR-001", ("GUARD_MODE", "observe")), Mode("SG-NET-001", ("GUARD_MODE", "observe"))));
        Assert.Throws<SettingException>(() => Read(("GUARD_MODE", "4")));
    }

    [Theory]
    [InlineData("FUNCTIONS_CUSTOMHANDLER_PORT", null)]
    [InlineData("FUNCTIONS_CUSTOMHANDLER_PORT", "70000")]
    [InlineData("FUNCTIONS_CUSTOMHANDLER_PORT", "x")]
    [InlineData("GUARD_SUBSCRIPTIONS", null)]
    [InlineData("GUARD_SUBSCRIPTIONS", "mine")]
    [InlineData("GUARD_TENANT", "contoso")]
    [InlineData("GUARD_TABLE", "1x")]
    [InlineData("GUARD_TABLE", "with-dash")]
    [InlineData("GUARD_SEALED_TABLE", "with-dash")]
    [InlineData("GUARD_SEALED_TABLE", "Guard")]
    [InlineData("GUARD_SEAL_KEY", "http://guardseal.vault.azure.net/keys/guard-seal")]
    [InlineData("GUARD_TABLE_ENDPOINT", "http://acct.table.core.windows.net")]
    [InlineData("GUARD_TABLE_ENDPOINT", null)]
    [InlineData("GUARD_QUEUE_ENDPOINT", null)]
    [InlineData("GUARD_ARM_ENDPOINT", "http://management.azure.com")]
    [InlineData("GUARD_ARM_ENDPOINT", "management.azure.com")]
    [InlineData("GUARD_READER_CLIENT_ID", "reader")]
    [InlineData("GUARD_SETTINGS", "/nowhere/guard.yaml")]
    [InlineData("GUARD_MODE", "always")]
    [InlineData("GUARD_DRY_WINDOW_HOURS", "a day")]
    [InlineData("GUARD_DRY_WINDOW_HOURS", "-1")]
    public void A_wrong_setting_is_one_line_that_names_it_and_not_its_value(string name, string? value)
    {
        var wrong = Assert.Throws<SettingException>(() => Read((name, value)));
        Assert.StartsWith(name, wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', wrong.Message);
    }

    [Fact]
    public void A_wrong_file_is_told_with_its_line()
    {
        var wrong = Assert.Throws<SettingException>(() => Read(static _ => "allowedRegions: [westeurope]\nadminPorts: [99999]\n"));
        Assert.Contains("line 2", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_key_is_for_an_emulator_on_this_machine_only()
    {
        Assert.Equal(Emulator, Read(("GUARD_STORAGE_CONNECTION", Emulator), ("GUARD_TABLE_ENDPOINT", null), ("GUARD_QUEUE_ENDPOINT", null)).EmulatorConnection);
        Assert.Throws<SettingException>(() => Read(("GUARD_STORAGE_CONNECTION", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=x;EndpointSuffix=core.windows.net")));
        Assert.Throws<SettingException>(() => Read(("GUARD_STORAGE_CONNECTION", Emulator.Replace("127.0.0.1:2", "acct.queue.core.windows.net", StringComparison.Ordinal))));
    }
}
