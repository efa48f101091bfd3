using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Aws.Tests.Remediators;

[Collection(MotoTests.Name)]
public sealed class KeyAndTrailFixTests(MotoServer server)
{
    private const string Own = """{"Sid":"Own","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"*"}""";

    private readonly Moto _moto = new(server);

    private async Task<Finding> KeyAsync(RemediatorDescriptor descriptor, params string[] statements)
    {
        var key = await _moto.JsonAsync(JsonCalls.Kms(Aws.Api.AwsRegion.Home, "CreateKey", "unused"));
        var arn = key["KeyMetadata"]!["Arn"]!.GetValue<string>();
        if (statements.Length > 0)
        {
            await _moto.JsonAsync(JsonCalls.Kms(Aws.Api.AwsRegion.Home, "PutKeyPolicy", arn, ("PolicyName", "default"), ("Policy", $$"""{"Version":"2012-10-17","Statement":[{{string.Join(',', statements)}}]}""")));
        }

        return Moto.Finding(descriptor, arn);
    }

    [MotoFact]
    public async Task Rotation_comes_and_goes()
    {
        var finding = await KeyAsync(RemediationCatalog.Aws.EnableKeyRotation);
        await Moto.ThereAndBackAsync(_moto.Of<EnableKeyRotation>(), finding);
    }

    [MotoFact]
    public async Task A_key_that_waits_for_its_deletion_is_kept_and_enabled_and_can_be_scheduled_again()
    {
        var finding = await KeyAsync(RemediationCatalog.Aws.KeepKeyMaterial);
        await _moto.JsonAsync(JsonCalls.Kms(Aws.Api.AwsRegion.Home, "ScheduleKeyDeletion", finding.Resource.Name!, ("PendingWindowInDays", 7)));
        await Moto.ThereAndBackAsync(_moto.Of<KeepKeyMaterial>(), finding, async _ =>
            Assert.Equal("Enabled", (string?)(await _moto.JsonAsync(JsonCalls.Kms(Aws.Api.AwsRegion.Home, "DescribeKey", finding.Resource.Id)))["KeyMetadata"]!["KeyState"]));
    }

    [MotoFact]
    public async Task A_stranger_is_taken_out_of_the_key_policy_and_put_back()
    {
        var finding = await KeyAsync(
            RemediationCatalog.Aws.RestrictKeyAccess,
            Own,
            """{"Sid":"Mixed","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::123456789012:role/app","arn:aws:iam::666666666666:root"]},"Action":"kms:Decrypt","Resource":"*"}""");
        await Moto.ThereAndBackAsync(_moto.Of<RestrictKeyAccess>(), finding, async _ =>
        {
            var policy = JsonNode.Parse((string)(await _moto.JsonAsync(JsonCalls.Kms(Aws.Api.AwsRegion.Home, "GetKeyPolicy", finding.Resource.Id, ("PolicyName", "default"))))["Policy"]!)!;
            Assert.Equal("arn:aws:iam::123456789012:role/app", (string?)policy["Statement"]![1]!["Principal"]!["AWS"]);
            Assert.Equal("Own", (string?)policy["Statement"]![0]!["Sid"]);
        });
    }

    [MotoFact]
    public async Task A_policy_that_would_leave_the_account_without_its_key_is_refused()
    {
        var finding = await KeyAsync(RemediationCatalog.Aws.RestrictKeyAccess, """{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::666666666666:root"},"Action":"kms:*","Resource":"*"}""");
        Assert.Contains("could change the key policy", await Moto.RefusedAsync(_moto.Of<RestrictKeyAccess>(), finding), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task A_trail_is_started_and_completed_and_left_as_it_was()
    {
        var (name, bucket) = (Moto.Fresh("trail"), await _moto.BucketAsync());
        var trail = await _moto.JsonAsync(JsonCalls.Trail(Aws.Api.AwsRegion.Home, "CreateTrail", ("Name", name), ("S3BucketName", bucket)));
        var finding = Moto.Finding(RemediationCatalog.Aws.RestoreAuditTrail, trail["TrailARN"]!.GetValue<string>());
        await Moto.ThereAndBackAsync(_moto.Of<RestoreAuditTrail>(), finding, async _ =>
            Assert.True((bool?)(await _moto.JsonAsync(JsonCalls.Trail(Aws.Api.AwsRegion.Home, "GetTrailStatus", ("Name", name))))["IsLogging"]));
        Assert.False((bool?)(await _moto.JsonAsync(JsonCalls.Trail(Aws.Api.AwsRegion.Home, "GetTrailStatus", ("Name", name))))["IsLogging"]);
    }

    [MotoFact]
    public async Task What_is_gone_is_gone()
    {
        const string Key = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000";
        await Moto.GoneAsync(_moto.Of<EnableKeyRotation>(), Moto.Finding(RemediationCatalog.Aws.EnableKeyRotation, Key));
        await Moto.GoneAsync(_moto.Of<KeepKeyMaterial>(), Moto.Finding(RemediationCatalog.Aws.KeepKeyMaterial, Key));
        await Moto.GoneAsync(_moto.Of<RestrictKeyAccess>(), Moto.Finding(RemediationCatalog.Aws.RestrictKeyAccess, Key));
        await Moto.GoneAsync(_moto.Of<RestoreAuditTrail>(), Moto.Finding(RemediationCatalog.Aws.RestoreAuditTrail, "arn:aws:cloudtrail:us-east-1:123456789012:trail/nobody"));
    }
}
