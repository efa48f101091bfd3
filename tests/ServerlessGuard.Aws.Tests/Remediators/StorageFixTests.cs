using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Aws.Tests.Remediators;

[Collection(MotoTests.Name)]
public sealed class StorageFixTests(MotoServer server)
{
    private const string Flags = "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>";

    private readonly Moto _moto = new(server);

    private static Finding Of(RemediatorDescriptor descriptor, string bucket) => Moto.Finding(descriptor, "arn:aws:s3:::" + bucket);

    [MotoFact]
    public async Task A_bucket_without_a_block_gets_one_and_loses_it_again()
    {
        var bucket = await _moto.BucketAsync();
        var finding = Of(RemediationCatalog.Aws.BlockPublicAccess, bucket);
        await Moto.ThereAndBackAsync(_moto.Of<BlockPublicAccess>(), finding, async _ =>
            Assert.Equal(4, (await _moto.S3Async(HttpMethod.Get, bucket, "publicAccessBlock")).Xml().Elements().Count(flag => flag.Value.Equals("true", StringComparison.OrdinalIgnoreCase))));
        Assert.Equal("NoSuchPublicAccessBlockConfiguration", (await Assert.ThrowsAsync<CloudCallException>(() => _moto.S3Async(HttpMethod.Get, bucket, "publicAccessBlock"))).Code);
    }

    [MotoFact]
    public async Task Each_previous_flag_comes_back()
    {
        var bucket = await _moto.BucketAsync();
        await _moto.S3Async(HttpMethod.Put, bucket, "publicAccessBlock", Flags);
        await Moto.ThereAndBackAsync(_moto.Of<BlockPublicAccess>(), Of(RemediationCatalog.Aws.BlockPublicAccess, bucket));
        var block = (await _moto.S3Async(HttpMethod.Get, bucket, "publicAccessBlock")).Xml();
        Assert.Equal("true", block.Element("BlockPublicPolicy")?.Value.ToLowerInvariant());
        Assert.Equal("false", block.Element("IgnorePublicAcls")?.Value.ToLowerInvariant());
    }

    [MotoFact]
    public async Task A_website_is_left_to_a_person()
    {
        var bucket = await _moto.BucketAsync();
        await _moto.S3Async(HttpMethod.Put, bucket, "website", "<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>");
        Assert.Contains("website", await Moto.RefusedAsync(_moto.Of<BlockPublicAccess>(), Of(RemediationCatalog.Aws.BlockPublicAccess, bucket)), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task The_accounts_block_comes_and_goes()
    {
        var finding = Moto.Finding(RemediationCatalog.Aws.CloseAccessBoundary, Moto.Account);
        await Moto.ThereAndBackAsync(_moto.Of<CloseAccessBoundary>(), finding);
    }

    [MotoFact]
    public async Task Plain_http_is_refused_by_one_more_statement()
    {
        var bucket = await _moto.BucketAsync();
        var theirs = $$"""{ "Version": "2012-10-17", "Statement": { "Sid": "DenyInsecureTransport", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::123456789012:root"]}, "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::{{bucket}}/*" } }""";
        await _moto.S3Async(HttpMethod.Put, bucket, "policy", theirs);
        await Moto.ThereAndBackAsync(_moto.Of<RequireEncryptedTransport>(), Of(RemediationCatalog.Aws.RequireEncryptedTransport, bucket), async _ =>
        {
            var statements = JsonNode.Parse((await _moto.S3Async(HttpMethod.Get, bucket, "policy")).Body.Span)!["Statement"]!.AsArray();
            Assert.Equal(["DenyInsecureTransport", "DenyInsecureTransport2"], statements.Select(statement => (string?)statement!["Sid"]));
            Assert.Equal("Deny", (string?)statements[1]!["Effect"]);
        });
    }

    [MotoFact]
    public async Task A_bucket_without_a_policy_loses_it_again()
    {
        var bucket = await _moto.BucketAsync();
        await Moto.ThereAndBackAsync(_moto.Of<RequireEncryptedTransport>(), Of(RemediationCatalog.Aws.RequireEncryptedTransport, bucket));
        Assert.Equal("NoSuchBucketPolicy", (await Assert.ThrowsAsync<CloudCallException>(() => _moto.S3Async(HttpMethod.Get, bucket, "policy"))).Code);
    }

    [MotoFact]
    public async Task A_policy_that_would_grow_too_large_is_left_to_a_person()
    {
        var bucket = await _moto.BucketAsync();
        var policy = new JsonObject
        {
            ["Version"] = "2012-10-17",
            ["Statement"] = new JsonArray(new JsonObject { ["Effect"] = "Deny", ["Principal"] = "*", ["Action"] = "s3:GetObject", ["Resource"] = $"arn:aws:s3:::{bucket}/" + new string('a', 20_200) }),
        };
        await _moto.S3Async(HttpMethod.Put, bucket, "policy", policy.ToJsonString());
        Assert.Contains("20 KB", await Moto.RefusedAsync(_moto.Of<RequireEncryptedTransport>(), Of(RemediationCatalog.Aws.RequireEncryptedTransport, bucket)), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task Versioning_comes_and_is_suspended()
    {
        var bucket = await _moto.BucketAsync();
        await Moto.ThereAndBackAsync(_moto.Of<EnableRecovery>(), Of(RemediationCatalog.Aws.EnableRecovery, bucket));
        Assert.Equal("Suspended", (await _moto.S3Async(HttpMethod.Get, bucket, "versioning")).Xml().Element("Status")?.Value);
    }

    [MotoFact]
    public async Task Access_is_logged_into_the_configured_bucket_only()
    {
        var (bucket, logs) = (await _moto.BucketAsync(), await _moto.BucketAsync());
        await _moto.S3Async(HttpMethod.Put, logs, "policy", $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::{{logs}}/*"}]}""");
        var finding = Of(RemediationCatalog.Aws.RecordObjectAccess, bucket);
        await Moto.ThereAndBackAsync(_moto.Of<RecordObjectAccess>(options: new AwsRemediatorOptions(LogBucket: logs)), finding);
        Assert.Contains("no log bucket", await Moto.RefusedAsync(_moto.Of<RecordObjectAccess>(), finding), StringComparison.Ordinal);
        Assert.Contains("itself", await Moto.RefusedAsync(_moto.Of<RecordObjectAccess>(options: new AwsRemediatorOptions(LogBucket: bucket)), finding), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task A_bucket_that_is_gone_is_gone()
    {
        foreach (var remediator in AwsRemediators.All(_moto.Api, Engine.GuardSettings.Default, TimeProvider.System).Where(one => one.Descriptor.NativeTypes.Contains("AWS::S3::Bucket")))
        {
            await Moto.GoneAsync(remediator, Of(remediator.Descriptor, Moto.Fresh("nobody")));
        }
    }

    [MotoFact]
    public async Task A_finding_of_another_account_is_not_touched()
    {
        var bucket = await _moto.BucketAsync();
        var foreign = Moto.Finding(RemediationCatalog.Aws.BlockPublicAccess, "arn:aws:s3:::" + bucket, account: "999999999999");
        var thrown = await Assert.ThrowsAsync<CloudCallException>(() => _moto.Of<BlockPublicAccess>().ReadAsync(foreign, CancellationToken.None));
        Assert.Equal(("OtherAccount", false), (thrown.Code, thrown.IsTransient));
    }

    [MotoFact]
    public async Task A_policy_that_names_a_property_twice_is_not_edited()
    {
        var bucket = await _moto.BucketAsync();
        await _moto.S3Async(HttpMethod.Put, bucket, "policy", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}""");
        var thrown = await Assert.ThrowsAsync<CloudCallException>(() => _moto.Of<RequireEncryptedTransport>().ReadAsync(Of(RemediationCatalog.Aws.RequireEncryptedTransport, bucket), CancellationToken.None));
        Assert.Equal("UnreadablePolicy", thrown.Code);
    }
}
