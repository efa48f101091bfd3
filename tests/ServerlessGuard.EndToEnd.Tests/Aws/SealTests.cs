using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Seals;
using ServerlessGuard.Aws.Stores;
using ServerlessGuard.Findings;
using ServerlessGuard.Remediation;
using ServerlessGuard.Simulators.Aws.LambdaRuntime;
using ServerlessGuard.Tables;

namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>Who seals, and who writes sealed rows, with the published host: each function has a session of its own, and key and table ask whose it is.</summary>
public sealed class SealTests
{
    [Fact]
    public async Task A_fix_is_sealed_by_remediate_and_by_nobody_else()
    {
        await using var scene = await Scene.StartAsync("enforce");
        scene.Lab.Do("make bucket public");
        await scene.UntilAsync("SG-STOR-001", FindingStatus.Resolved, "northwind-training-data");
        await scene.IdleAsync();
        Assert.True(scene.Lab.SealKey.Made > 0, "nothing was sealed");
        Assert.Equal(0, scene.Lab.SealKey.Refused);
        Assert.Empty(scene.Proxy.Refusals);
    }

    [Theory]
    [InlineData("scan")]
    [InlineData("sweep")]
    [InlineData("outbox")]
    [InlineData("federation")]
    [InlineData("chatops")]
    public async Task A_stolen_session_of_another_function_neither_seals_nor_plants_a_sealed_row(string handler)
    {
        await using var scene = await Scene.StartAsync();
        var session = new EnvironmentCredentials(name => name switch
        {
            "AWS_ACCESS_KEY_ID" => SimulatedCredentials.AccessKeyId,
            "AWS_SECRET_ACCESS_KEY" => SimulatedCredentials.SecretAccessKey,
            "AWS_SESSION_TOKEN" => SimulatedCredentials.SessionToken(handler),
            _ => null,
        });
        var endpoints = new AwsEndpoints("eu-west-1", name => name is "AWS_ENDPOINT_URL" ? scene.Lab.Api.Url : null);
        var sealer = new KmsSealer(new AwsApi(AwsHttp.Create(), session, endpoints, TimeProvider.System, static () => 0.01), KmsKeyArn.Find(scene.Lab.SealKey.Arn)!);
        var refused = await Assert.ThrowsAsync<CloudCallException>(() => sealer.SealAsync(new byte[] { 1 }, CancellationToken.None));
        Assert.Equal("AccessDeniedException", refused.Code);

        using var client = DynamoClient.Create("eu-west-1", scene.Proxy.Address, session);
        var table = new DynamoTable(client, "guard", TimeProvider.System, new Backoff(static () => 0.01));
        var partition = RowKeys.Sealed(Scene.Partition);
        await Assert.ThrowsAnyAsync<Exception>(() => table.CommitAsync(partition, [new TableWrite.Put(new TableRow(partition, "plan:x", RowKind.Seal, "{}"))], CancellationToken.None));
        Assert.True(scene.Proxy.Refusals.TryDequeue(out var refusal));
        Assert.Contains("may not Put in partition sealed:", refusal, StringComparison.Ordinal);
    }
}
