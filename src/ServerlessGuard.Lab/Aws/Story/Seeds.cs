using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.Account;

namespace ServerlessGuard.Lab.Aws.Story;

/// <summary>A start-up with training data: what its simulated account holds on a good day. All of it complies.</summary>
public static class Seeds
{
    /// <summary>Fills the account, without telling anybody, from account.json beside this file.</summary>
    public static void Fill(SimulatedAccount account, TimeProvider time)
    {
        using var stream = typeof(Seeds).Assembly.GetManifestResourceStream("ServerlessGuard.Lab.Aws.Story.account.json")!;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd().Replace("{account}", account.Id, StringComparison.Ordinal)
            .Replace("{region}", account.Region, StringComparison.Ordinal);
        foreach (var item in JsonNode.Parse(text)!.AsArray())
        {
            account.Put(item!.AsObject(), "seed");
        }

        var now = time.GetUtcNow();
        account.Credentials.Put(new SimulatedKey("AKIASIMULATEDPIPELIN", "pipeline", Active: true, now.AddDays(-20), now.AddHours(-3)));
    }

    /// <summary>A bucket of the start-up: the training data's, with another name.</summary>
    public static JsonObject Bucket(SimulatedAccount account, string name)
    {
        var text = account.Find("AWS::S3::Bucket", "northwind-training-data")!.ToJsonString();
        return JsonNode.Parse(text.Replace("northwind-training-data", name, StringComparison.Ordinal))!.AsObject();
    }

    public static JsonObject User(SimulatedAccount account, string name)
    {
        var arn = $"arn:aws:iam::{account.Id}:user/{name}";
        var id = "AIDASIMULATED" + name.ToUpperInvariant();
        return AccountItems.Item(account, "AWS::IAM::User", id, name, arn, new JsonObject
        {
            ["path"] = "/",
            ["userName"] = name,
            ["userId"] = id,
            ["arn"] = arn,
            ["createDate"] = "2025-12-01T08:00:00.000Z",
            ["userPolicyList"] = new JsonArray(),
            ["groupList"] = new JsonArray(),
            ["attachedManagedPolicies"] = new JsonArray(),
            ["permissionsBoundary"] = null,
            ["tags"] = new JsonArray(),
        });
    }
}
