using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Aws.Tests.Remediators;

public sealed class MissingToolTests
{
    [Theory]
    [InlineData(true, false, null)]
    [InlineData(true, true, null)]
    [InlineData(false, false, "moto is not installed")]
    [InlineData(false, true, null)]
    public void A_test_without_its_tool_is_skipped_but_runs_and_fails_on_an_integration_server(bool isThere, bool isServer, string? skip) =>
        Assert.Equal(skip, MissingTool.Skip(isThere, "moto is not installed", isServer));

    [Theory]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("1", true)]
    [InlineData("false", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void The_server_says_so_with_CI(string? variable, bool isOn) => Assert.Equal(isOn, MissingTool.IsOn(variable));
}
