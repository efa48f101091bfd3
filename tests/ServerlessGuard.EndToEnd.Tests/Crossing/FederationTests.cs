using System.Net;
using System.Net.Http.Headers;
using ServerlessGuard.EndToEnd.Tests.Aws;
using ServerlessGuard.EndToEnd.Tests.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Tables;

namespace ServerlessGuard.EndToEnd.Tests.Crossing;

/// <summary>A finding of one cloud in the other's table, through both published hosts and real signed tokens.</summary>
[Collection(SimulatedAzure.Name)]
public sealed class FederationTests(AzureCloud cloud)
{
    [Fact]
    public async Task Each_clouds_findings_are_in_the_others_table_and_follow_its_life()
    {
        await using var scene = await TwoCloudsScene.StartAsync(cloud, "enforce");
        scene.Clouds.Aws.Do("make bucket public");
        Breakage.AllowBlobPublicAccess.Apply(scene.Clouds.Azure.Arm);
        await SettledAsync(scene, "SG-STOR-001", "SG-STOR-003");

        var bucket = (await TwoCloudsScene.FindingAsync(scene.AzureTable, TwoCloudsScene.AwsPartition, "SG-STOR-001"))!;
        Assert.Equal((FindingStatus.Resolved, Findings.TreatmentState.Fixed), (bucket.Status, bucket.Treatment!.State));
        var account = (await TwoCloudsScene.FindingAsync(scene.AwsTable, TwoCloudsScene.AzurePartition, "SG-STOR-003"))!;
        Assert.Equal((FindingStatus.Resolved, Findings.TreatmentState.Fixed), (account.Status, account.Treatment!.State));

        // Each table counts both clouds, exactly.
        foreach (var table in new[] { scene.AwsTable, scene.AzureTable })
        {
            var reader = new FindingReader(table);
            foreach (var partition in new[] { TwoCloudsScene.AwsPartition, TwoCloudsScene.AzurePartition })
            {
                var counted = Summary.Empty;
                await foreach (var row in table.QueryAsync(partition, "r:", RowKeys.After("r:"), null, CancellationToken.None))
                {
                    counted = row.Kind is RowKind.Finding ? counted.Moved(null, FindingRows.Finding(row)) : counted;
                }

                Assert.NotEmpty(counted.Counts);
                Assert.Equal(counted.Counts, (await reader.SummaryAsync(partition, CancellationToken.None)).Counts);
            }
        }

        // One token of each kind served every batch.
        Assert.InRange(scene.Clouds.Entra.Issued, 1, 4);
        Assert.Equal(0, scene.Clouds.FunctionUrl.Refused);
    }

    [Fact]
    public async Task Cut_off_each_cloud_goes_on_by_itself_and_catches_up_afterwards()
    {
        await using var scene = await TwoCloudsScene.StartAsync(cloud, "observe");
        scene.Clouds.IsCut = true;
        scene.Clouds.Aws.Do("stop key rotation");
        scene.Clouds.Aws.Do("open security group");
        Breakage.AllowBlobPublicAccess.Apply(scene.Clouds.Azure.Arm);
        await Eventually.IsAsync(
            async () => await TwoCloudsScene.FindingAsync(scene.AwsTable, TwoCloudsScene.AwsPartition, "SG-NET-001") is not null
                && await TwoCloudsScene.FindingAsync(scene.AzureTable, TwoCloudsScene.AzurePartition, "SG-STOR-003") is not null,
            "both clouds record while they are cut off",
            scene.State);
        await Eventually.IsAsync(() => WaitsAsync(scene.AwsTable, TwoCloudsScene.AwsPartition), "the outbox knows that the peer is away", scene.State);
        Assert.Null(await TwoCloudsScene.FindingAsync(scene.AzureTable, TwoCloudsScene.AwsPartition, "SG-NET-001"));

        scene.Clouds.IsCut = false;
        await SettledAsync(scene, "SG-NET-001", "SG-STOR-003");
        Assert.Equal(FindingStatus.Open, (await TwoCloudsScene.FindingAsync(scene.AzureTable, TwoCloudsScene.AwsPartition, "SG-KEY-002"))!.Status);
    }

    [Fact]
    public async Task A_stranger_is_let_into_neither_entry()
    {
        await using var scene = await TwoCloudsScene.StartAsync(cloud, "observe");
        using var http = new HttpClient();
        var body = new ByteArrayContent("{\"digest\":\"aws:111122223333\"}"u8.ToArray());
        var azure = new Uri(scene.Clouds.Azure.Host.Address, "api/federation");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsync(azure, body)).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "eyJhbGciOiJub25lIn0.e30.");
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsync(azure, new ByteArrayContent("{}"u8.ToArray()))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.PostAsync(scene.Clouds.FunctionUrl.Address, new ByteArrayContent("{}"u8.ToArray()))).StatusCode);
        Assert.Equal(0, scene.Clouds.Aws.Federation.Started);

        // Past the platform's lock there is ours: a caller that is not the peer's role.
        var invoked = await scene.Clouds.Aws.Federation.InvokeAsync(
            """{"requestContext":{"authorizer":{"iam":{"userArn":"arn:aws:sts::111122223333:assumed-role/another/x"}},"http":{"method":"POST"}},"body":"{}"}""");
        Assert.Contains("403", invoked.Payload, StringComparison.Ordinal);
    }

    /// <summary>Until both rules' findings are in both tables, and both tables hold the same.</summary>
    private static async Task SettledAsync(TwoCloudsScene scene, string aws, string azure)
    {
        var next = DateTimeOffset.MinValue;
        await Eventually.IsAsync(
            async () =>
            {
                if (DateTimeOffset.UtcNow > next)
                {
                    // The schedules, which the lab runs on demand; what waits for its next attempt is put forward instead of waited for.
                    await AgeAsync(scene.AwsTable, TwoCloudsScene.AwsPartition);
                    await AgeAsync(scene.AzureTable, TwoCloudsScene.AzurePartition);
                    await scene.Clouds.RunOutboxesAsync(CancellationToken.None);
                    next = DateTimeOffset.UtcNow.AddSeconds(2);
                }

                return scene.Clouds.Aws.IsIdle && await scene.Clouds.Azure.IsSettledAsync(CancellationToken.None)
                    && await TwoCloudsScene.FindingAsync(scene.AzureTable, TwoCloudsScene.AwsPartition, aws) is not null
                    && await TwoCloudsScene.FindingAsync(scene.AwsTable, TwoCloudsScene.AzurePartition, azure) is not null
                    && await scene.AgreeAsync();
            },
            "both tables hold the same",
            scene.State);
    }

    private static async Task AgeAsync(ITable table, string partition)
    {
        await foreach (var row in table.QueryAsync(partition, "o:", RowKeys.After("o:"), null, CancellationToken.None))
        {
            if (OutboxRows.Read(row) is { NextAttemptAt: { } next } entry && next > DateTimeOffset.UtcNow)
            {
                await table.CommitAsync(partition, [new TableWrite.Replace(OutboxRows.Row(partition, entry with { NextAttemptAt = DateTimeOffset.UtcNow }, row.Version))], CancellationToken.None);
            }
        }
    }

    private static async Task<bool> WaitsAsync(ITable table, string partition)
    {
        await foreach (var row in table.QueryAsync(partition, OutboxRows.Prefix(OutboxKind.Federate), RowKeys.After(OutboxRows.Prefix(OutboxKind.Federate)), null, CancellationToken.None))
        {
            if (OutboxRows.Read(row) is { Attempts: > 0, Fault: not null })
            {
                return true;
            }
        }

        return false;
    }
}
