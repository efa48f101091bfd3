using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Seals;
using ServerlessGuard.Aws.Tests.Remediators;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Aws.Tests.Seals;

/// <summary>The requests in the shape that somebody else's KMS reads.</summary>
[Collection(MotoTests.Name)]
public sealed class MotoSealTests(MotoServer server)
{
    private readonly Moto _moto = new(server);

    [MotoFact]
    public async Task A_seal_holds_for_its_content_and_its_key_only()
    {
        var sealer = new KmsSealer(_moto.Api, await KeyAsync());
        var content = new byte[10_000];
        var seal = await sealer.SealAsync(content, CancellationToken.None);
        Assert.True(await sealer.VerifyAsync(content, seal, CancellationToken.None));
        Assert.False(await sealer.VerifyAsync(new byte[10_001], seal, CancellationToken.None));
        Assert.False(await new KmsSealer(_moto.Api, await KeyAsync()).VerifyAsync(content, seal, CancellationToken.None));
    }

    private async Task<KmsKeyArn> KeyAsync()
    {
        var key = await _moto.JsonAsync(AwsRequest.Json(AwsRegion.Home, "kms", "TrentService.CreateKey", new JsonObject { ["KeySpec"] = "HMAC_256", ["KeyUsage"] = "GENERATE_VERIFY_MAC" }));
        return KmsKeyArn.Find(key["KeyMetadata"]!["Arn"]!.GetValue<string>())!;
    }
}
