using ServerlessGuard.Engine;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Tests.Engine;

public sealed class AllowedAccountsTests
{
    private const string Fix = "o:remediate:20990101T000000.0000000Z:00:SG-STOR-001:0000000001";
    private const string Command = "o:command:20990101T000000.0000000Z:00::0000000001";

    private static readonly AllowedAccounts Aws = new(Provider.Aws, ["111122223333"], "GUARD_ACCOUNTS");
    private static readonly AllowedAccounts Azure = new(Provider.Azure, ["11111111-1111-1111-1111-111111111111"], "GUARD_SUBSCRIPTIONS");
    private static readonly AllowedAccounts Everywhere = new(Provider.Azure, null, "GUARD_SUBSCRIPTIONS");

    [Theory]
    [InlineData("aws:111122223333", Fix)]
    [InlineData("aws:guard", Command)]
    [InlineData("azure:11111111-1111-1111-1111-111111111111", Command)]
    [InlineData("azure:guard", Command)]
    public void What_is_ours_is_taken(string partition, string key) => Of(partition).Check(new OutboxPlace(partition, key));

    [Theory]
    [InlineData("aws:999988887777", Fix)]
    [InlineData("aws:111122223333", "r:0")]
    [InlineData("aws:111122223333:guard", Command)]
    [InlineData("aws:", Fix)]
    [InlineData("azure:22222222-2222-2222-2222-222222222222", Fix)]
    [InlineData("azure:11111111-1111-1111-1111-111111111111", "o:federate:x")]
    public void What_is_not_is_refused(string partition, string key) =>
        Assert.Throws<ForeignAccountException>(() => Of(partition).Check(new OutboxPlace(partition, key)));

    [Fact]
    public void The_other_clouds_partition_is_refused()
    {
        Assert.Throws<ForeignAccountException>(() => Aws.Check(new OutboxPlace("azure:11111111-1111-1111-1111-111111111111", Fix)));
        Assert.Throws<ForeignAccountException>(() => Everywhere.Check(new OutboxPlace("aws:111122223333", Fix)));
    }

    [Fact]
    public void Where_every_subscription_is_ours_it_must_still_be_one()
    {
        Everywhere.Check(new OutboxPlace("azure:22222222-2222-2222-2222-222222222222", Fix));
        Assert.Throws<ForeignAccountException>(() => Everywhere.Check(new OutboxPlace("azure:x", Fix)));
    }

    private static AllowedAccounts Of(string partition) => partition.StartsWith("aws:", StringComparison.Ordinal) ? Aws : Azure;
}
