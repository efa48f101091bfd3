using ServerlessGuard.Tables;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Tests.Tables;

public sealed class ContentionTests
{
    private readonly Backoff _backoff = new(() => 0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(Contention.MaxAttempts)]
    public async Task The_first_attempt_that_is_not_lost_is_the_last(int wonAt)
    {
        var attempts = 0;
        var won = await _backoff.WinAsync(TimeProvider.System, "x", () => Task.FromResult(++attempts == wonAt ? $"won at {attempts}" : null), CancellationToken.None);
        Assert.Equal(($"won at {wonAt}", wonAt), (won, attempts));
    }

    [Fact]
    public async Task No_is_an_answer_and_not_a_lost_attempt()
    {
        var attempts = 0;
        Assert.False(await _backoff.WinAsync(TimeProvider.System, "x", () => Task.FromResult<bool?>(++attempts < 2 ? null : false), CancellationToken.None));
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task After_twelve_lost_attempts_the_message_is_given_back_to_its_queue()
    {
        var attempts = 0;
        var fault = await Assert.ThrowsAsync<TableUnavailableException>(() =>
            _backoff.WinAsync(TimeProvider.System, "undo of x", () => Task.FromResult<string?>(++attempts > 0 ? null : "never"), CancellationToken.None));
        Assert.Equal(("undo of x: 12 transactions in a row lost against others", 12), (fault.Message, attempts));
    }

    [Fact]
    public async Task A_fault_of_the_store_is_no_lost_attempt()
    {
        var attempts = 0;
        await Assert.ThrowsAsync<TableUnavailableException>(() => _backoff.WinAsync<string>(
            TimeProvider.System, "x", () => ++attempts > 0 ? throw new TableUnavailableException("away") : Task.FromResult<string?>("never"), CancellationToken.None));
        Assert.Equal(1, attempts);
    }

    [Theory]
    [InlineData("SG-KEY-001", "SG-KEY-001", false)]
    [InlineData("SG-KEY-001/rbac", "SG-KEY-001", true)]
    [InlineData("SG-KEY-001/a/b", "SG-KEY-001", true)]
    [InlineData("", "", false)]
    public void A_sub_finding_knows_its_rule(string id, string parent, bool isSubFinding) =>
        Assert.Equal((parent, isSubFinding), (SubFinding.RuleOf(id), SubFinding.IsId(id)));
}
