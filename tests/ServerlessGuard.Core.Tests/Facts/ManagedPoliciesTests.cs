using ServerlessGuard.Facts.Aws;

namespace ServerlessGuard.Tests.Facts;

/// <summary>What is known of the policies that AWS publishes, and what is not.</summary>
public sealed class ManagedPoliciesTests
{
    [Theory]
    [InlineData("arn:aws:iam::aws:policy/AdministratorAccess", true, true)]
    [InlineData("arn:aws-cn:iam::aws:policy/PowerUserAccess", true, true)]
    [InlineData("arn:aws:iam::aws:policy/IAMFullAccess", true, false)]
    [InlineData("arn:aws:iam::aws:policy/service-role/AWSElasticBeanstalkService", true, true)]
    [InlineData("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", false, true)]
    [InlineData("arn:aws:iam::aws:policy/job-function/ViewOnlyAccess", false, true)]
    [InlineData("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", false, false)]
    [InlineData("arn:aws:iam::aws:policy/SomethingPublishedTomorrow", null, null)]
    [InlineData("arn:aws:iam::aws:policy/", null, null)]
    [InlineData("arn:aws:iam::aws:policy/AdministratorAccess administrator", null, null)]
    [InlineData("arn:aws:iam::aws:policy/# asOf: 2026-05-01", null, null)]
    public void A_policy_is_known_by_its_exact_name(string arn, bool? administrator, bool? data)
    {
        Assert.Equal(administrator, ManagedPolicies.IsAdministrator(arn, "path").Value);
        Assert.Equal(data, ManagedPolicies.ReachesData(arn, "path").Value);
    }

    [Fact]
    public void The_list_is_whole_and_dated()
    {
        Assert.InRange(ManagedPolicies.Count, 1_400, 5_000);
        Assert.InRange(ManagedPolicies.AsOf, new DateOnly(2026, 5, 1), new DateOnly(2100, 1, 1));
    }

    [Fact]
    public void What_is_unknown_says_of_which_day_the_list_is() =>
        Assert.Contains($"not in the list of {ManagedPolicies.AsOf:yyyy-MM-dd}",
            ManagedPolicies.IsAdministrator("arn:aws:iam::aws:policy/New", "path").Shown, StringComparison.Ordinal);
}
