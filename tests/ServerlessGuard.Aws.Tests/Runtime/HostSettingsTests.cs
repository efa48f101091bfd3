using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Guards;

namespace ServerlessGuard.Aws.Tests.Runtime;

public sealed class HostSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("guard-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private HostSettings Read(params (string Name, string Value)[] environment) => HostSettings.Read(
        name => environment.Concat([("_HANDLER", "scan"), ("AWS_REGION", "eu-west-1"), ("GUARD_TABLE", "guard")]).Where(pair => pair.Item1 == name).Select(pair => pair.Item2).FirstOrDefault(), _folder);

    [Fact]
    public void What_is_not_said_has_a_default()
    {
        var settings = Read();
        Assert.Equal((Handler.Scan, "guard", RemediationMode.Observe), (settings.Handler, settings.Table, settings.Guard.Remediation.Mode));
        Assert.Null(settings.DynamoEndpoint);
        Assert.Empty(settings.Accounts);
    }

    [Fact]
    public void The_file_beside_the_binary_is_read_and_the_mode_of_the_environment_only_holds_it_back()
    {
        File.WriteAllText(Path.Combine(_folder, "guard.yaml"), "maxKeyAgeDays: 30\nremediation:\n  mode: propose\n");
        Assert.Equal((30, RemediationMode.Propose), (Read().Guard.MaxKeyAgeDays, Read().Guard.Remediation.Mode));
        Assert.Equal(RemediationMode.Propose, Read(("GUARD_MODE", "enforce")).Guard.Remediation.ModeOf("SG-STOR-001", Samples.Account));
        Assert.Equal(RemediationMode.Observe, Read(("GUARD_MODE", "observe")).Guard.Remediation.ModeOf("SG-STOR-001", Samples.Account));
    }

    [Fact]
    public void The_endpoint_of_the_service_wins_over_the_common_one_and_both_can_be_ignored()
    {
        Assert.Equal("http://a/", Read(("AWS_ENDPOINT_URL", "http://a")).DynamoEndpoint!.ToString());
        Assert.Equal("http://b/", Read(("AWS_ENDPOINT_URL", "http://a"), ("AWS_ENDPOINT_URL_DYNAMODB", "http://b")).DynamoEndpoint!.ToString());
        Assert.Null(Read(("AWS_ENDPOINT_URL", "http://a"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")).DynamoEndpoint);
    }

    [Theory]
    [InlineData("_HANDLER", "Scan", "_HANDLER")]
    [InlineData("_HANDLER", "1", "_HANDLER")]
    [InlineData("GUARD_MODE", "4", "GUARD_MODE")]
    [InlineData("GUARD_DRY_WINDOW_HOURS", "a day", "GUARD_DRY_WINDOW_HOURS")]
    [InlineData("GUARD_DRY_WINDOW_HOURS", "-1", "GUARD_DRY_WINDOW_HOURS")]
    [InlineData("GUARD_MODE", "always", "GUARD_MODE")]
    [InlineData("GUARD_ACCOUNTS", "111122223333,12", "GUARD_ACCOUNTS")]
    [InlineData("GUARD_WORK_QUEUE", "guard-work", "GUARD_WORK_QUEUE")]
    [InlineData("AWS_ENDPOINT_URL", "ftp://x", "AWS_ENDPOINT_URL")]
    [InlineData("GUARD_SETTINGS", "nowhere.yaml", "GUARD_SETTINGS")]
    [InlineData("GUARD_SEAL_KEY", "alias/guard-seal", "GUARD_SEAL_KEY")]
    public void A_wrong_value_is_named_in_one_line(string name, string value, string named)
    {
        var fault = Assert.Throws<SettingsException>(() => Read((name, value)));
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void A_fault_of_the_file_is_named_with_its_line()
    {
        File.WriteAllText(Path.Combine(_folder, "guard.yaml"), "maxKeyAgeDays: 30\nnonsense: 1\n");
        Assert.StartsWith("guard.yaml:2:", Assert.Throws<SettingsException>(() => Read()).Message, StringComparison.Ordinal);
    }
}
