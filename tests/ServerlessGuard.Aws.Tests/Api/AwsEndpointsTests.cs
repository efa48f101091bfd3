using ServerlessGuard.Aws.Api;

namespace ServerlessGuard.Aws.Tests.Api;

public sealed class AwsEndpointsTests
{
    private static AwsAddress Of(string service, string region, string? label = null, params (string Name, string Value)[] environment) =>
        new AwsEndpoints(region, name => environment.Where(pair => pair.Name == name).Select(pair => pair.Value).FirstOrDefault())
            .Of(AwsRequest.Rest(service is "iam" ? AwsRegion.Global : AwsRegion.Home, service, "X", HttpMethod.Get, "/path") with { HostLabel = label });

    [Theory]
    [InlineData("config", "eu-central-1", null, "https://config.eu-central-1.amazonaws.com/path", "config", "eu-central-1")]
    [InlineData("iam", "eu-central-1", null, "https://iam.amazonaws.com/path", "iam", "us-east-1")]
    [InlineData("iam", "cn-northwest-1", null, "https://iam.cn-north-1.amazonaws.com.cn/path", "iam", "cn-north-1")]
    [InlineData("iam", "us-gov-east-1", null, "https://iam.us-gov.amazonaws.com/path", "iam", "us-gov-west-1")]
    [InlineData("sqs", "cn-north-1", null, "https://sqs.cn-north-1.amazonaws.com.cn/path", "sqs", "cn-north-1")]
    [InlineData("sts", "us-gov-west-1", null, "https://sts.us-gov-west-1.amazonaws.com/path", "sts", "us-gov-west-1")]
    [InlineData("api.sagemaker", "us-east-1", null, "https://api.sagemaker.us-east-1.amazonaws.com/path", "sagemaker", "us-east-1")]
    [InlineData("s3", "us-west-2", "data", "https://data.s3.us-west-2.amazonaws.com/path", "s3", "us-west-2")]
    [InlineData("s3", "us-west-2", "a.b.c", "https://s3.us-west-2.amazonaws.com/a.b.c/path", "s3", "us-west-2")]
    [InlineData("s3-control", "us-west-2", "123456789012", "https://123456789012.s3-control.us-west-2.amazonaws.com/path", "s3", "us-west-2")]
    public void Standard_addresses(string service, string region, string? label, string uri, string name, string signingRegion)
    {
        var address = Of(service, region, label);
        Assert.Equal((uri, name, signingRegion), (address.Uri.ToString(), address.SigningName, address.SigningRegion));
    }

    [Fact]
    public void A_service_of_its_own_comes_before_the_common_one_and_both_before_aws()
    {
        var common = ("AWS_ENDPOINT_URL", "http://127.0.0.1:5000/");
        Assert.Equal("http://127.0.0.1:5000/path", Of("kms", "eu-central-1", null, common).Uri.ToString());
        Assert.Equal("http://127.0.0.1:9000/base/path", Of("config", "eu-central-1", null, common, ("AWS_ENDPOINT_URL_CONFIG_SERVICE", "http://127.0.0.1:9000/base/")).Uri.ToString());
        Assert.Equal("http://127.0.0.1:7/path", Of("s3-control", "eu-central-1", "123456789012", ("AWS_ENDPOINT_URL_S3_CONTROL", "http://127.0.0.1:7")).Uri.ToString());
        Assert.Equal("http://127.0.0.1:5000/my%20bucket/path", Of("s3", "eu-central-1", "my bucket", common).Uri.ToString().Replace("my bucket", "my%20bucket", StringComparison.Ordinal));
        Assert.Equal("https://kms.eu-central-1.amazonaws.com/path", Of("kms", "eu-central-1", null, common, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")).Uri.ToString());
    }

    [Fact]
    public void A_label_that_would_change_the_host_is_refused() =>
        Assert.Throws<ArgumentException>(() => Of("s3-control", "eu-central-1", "evil.example/"));

    [Theory]
    [InlineData("evil.example/")]
    [InlineData("a@evil.example")]
    [InlineData("..")]
    public void A_bucket_name_never_changes_the_host(string bucket) => Assert.Equal("s3.eu-central-1.amazonaws.com", Of("s3", "eu-central-1", bucket).Uri.Host);

    [Fact]
    public void An_endpoint_that_is_no_address_is_named() =>
        Assert.Contains("AWS_ENDPOINT_URL", Assert.Throws<InvalidOperationException>(() => Of("kms", "eu-central-1", null, ("AWS_ENDPOINT_URL", "localhost"))).Message, StringComparison.Ordinal);
}
