using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Aws.Account;
using ServerlessGuard.Simulators.Aws.Services;

namespace ServerlessGuard.Lab.Aws.Story;

/// <summary>
/// What can go wrong in the start-up's simulated account: each verb is one mistake that a person makes, and what it is about.
/// </summary>
public static class LabStory
{
    public static IReadOnlyList<LabVerb> Verbs { get; } =
    [
        new("make bucket public", "SG-STOR-001", "AWS::S3::Bucket", "northwind-training-data", MakeBucketPublic),
        new("open security group", "SG-NET-001", "AWS::EC2::SecurityGroup", "sg-0aaa11112222bbbb3", OpenSecurityGroup),
        new("create human user with old key", "SG-ID-001", "AWS::IAM::User", "AIDASIMULATEDJANE", CreateHumanUser),
        new("wildcard federated trust", "SG-ID-003", "AWS::IAM::Role", "AROAEXAMPLEDEPLOY", LoosenTrust),
        new("stop key rotation", "SG-KEY-002", "AWS::KMS::Key", "0f0f0f0f-1111-2222-3333-444444444444", StopRotation),
        new("schedule key deletion", "SG-KEY-003", "AWS::KMS::Key", "0f0f0f0f-1111-2222-3333-444444444444", DeleteKey),
        new("suspend versioning", "SG-STOR-008", "AWS::S3::Bucket", "northwind-training-data", SuspendVersioning),
        new("let anyone invoke function", "SG-COMP-001", "AWS::Lambda::Function", "scorer", OpenFunction),
        new("allow instance metadata without tokens", "SG-COMP-006", "AWS::EC2::Instance", "i-0aaa1111bbbb2222c", LoosenMetadata),
        new("open account boundary", "SG-STOR-003", "AWS::S3::AccountPublicAccessBlock", null, OpenBoundary),
    ];

    /// <summary>The verb of that name; one clear line if there is none.</summary>
    public static LabVerb Find(string name) => Verbs.FirstOrDefault(verb => verb.Name == name)
        ?? throw new ArgumentException($"the story has no \"{name}\"; it has: {string.Join(", ", Verbs.Select(verb => verb.Name))}",
            nameof(name));

    /// <summary>Takes away the account's block, then the bucket's, and grants everyone read access.</summary>
    private static void MakeBucketPublic(SimulatedAccount account, TimeProvider time)
    {
        account.Change("AWS::S3::AccountPublicAccessBlock", account.Id, Actors.Person(account), item =>
        {
            foreach (var flag in (string[])["blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets"])
            {
                ConfigItem.Configuration(item)[flag] = false;
            }
        });
        Bucket(account, "northwind-training-data", Share);
    }

    private static void Share(JsonObject supplementary)
    {
        supplementary.Remove("PublicAccessBlockConfiguration");
        var policy = JsonNode.Parse((string)supplementary["BucketPolicy"]!["policyText"]!)!;
        policy["Statement"]!.AsArray().Add((JsonNode)new JsonObject
        {
            ["Sid"] = "Share",
            ["Effect"] = "Allow",
            ["Principal"] = "*",
            ["Action"] = "s3:GetObject",
            ["Resource"] = "arn:aws:s3:::northwind-training-data/*",
        });
        supplementary["BucketPolicy"] = new JsonObject { ["policyText"] = policy.ToJsonString() };
    }

    private static void SuspendVersioning(SimulatedAccount account, TimeProvider time) =>
        Bucket(account, "northwind-training-data", supplementary =>
        supplementary["BucketVersioningConfiguration"] = new JsonObject { ["status"] = "Suspended", ["isMfaDeleteEnabled"] = null });

    /// <summary>SSH for the whole internet, in both address families.</summary>
    private static void OpenSecurityGroup(SimulatedAccount account, TimeProvider time) =>
        account.Change("AWS::EC2::SecurityGroup", "sg-0aaa11112222bbbb3", Actors.Person(account), item =>
        ConfigItem.Configuration(item)["ipPermissions"]!.AsArray().Add((JsonNode)new JsonObject
        {
            ["ipProtocol"] = "tcp",
            ["fromPort"] = 22,
            ["toPort"] = 22,
            ["ipv4Ranges"] = new JsonArray(new JsonObject { ["cidrIp"] = "0.0.0.0/0" }),
            ["ipRanges"] = new JsonArray("0.0.0.0/0"),
            ["ipv6Ranges"] = new JsonArray(new JsonObject { ["cidrIpv6"] = "::/0" }),
            ["prefixListIds"] = new JsonArray(),
            ["userIdGroupPairs"] = new JsonArray(),
        }));

    /// <summary>Jane: a password, and a key that is 200 days old and in use.</summary>
    private static void CreateHumanUser(SimulatedAccount account, TimeProvider time)
    {
        var now = time.GetUtcNow();
        account.Credentials.SetPassword("jane", now.AddDays(-200));
        account.Credentials.Put(new SimulatedKey("AKIASIMULATEDJANE000", "jane", Active: true, now.AddDays(-200), now.AddDays(-1)));
        account.Put(Seeds.User(account, "jane"), Actors.Person(account));
    }

    /// <summary>The deployment role trusts every repository of the organisation's host.</summary>
    private static void LoosenTrust(SimulatedAccount account, TimeProvider time) =>
        account.Change("AWS::IAM::Role", "AROAEXAMPLEDEPLOY", Actors.Person(account), item =>
        ConfigItem.Configuration(item)["assumeRolePolicyDocument"] = AccountItems.Encoded(new JsonObject
        {
            ["Version"] = "2012-10-17",
            ["Statement"] = new JsonArray(new JsonObject
            {
                ["Effect"] = "Allow",
                ["Principal"] = new JsonObject
                    { ["Federated"] = $"arn:aws:iam::{account.Id}:oidc-provider/token.actions.githubusercontent.com" },
                ["Action"] = "sts:AssumeRoleWithWebIdentity",
                ["Condition"] = new JsonObject
                {
                    ["StringEquals"] = new JsonObject { ["token.actions.githubusercontent.com:aud"] = "sts.amazonaws.com" },
                    ["StringLike"] = new JsonObject { ["token.actions.githubusercontent.com:sub"] = "repo:*" },
                },
            }),
        }));

    private static void StopRotation(SimulatedAccount account, TimeProvider time) =>
        Key(account, item => ConfigItem.Supplementary(item)["KeyRotationStatus"] = false);

    private static void DeleteKey(SimulatedAccount account, TimeProvider time) => Key(account, item =>
    {
        var configuration = ConfigItem.Configuration(item);
        configuration["enabled"] = false;
        configuration["keyState"] = "PendingDeletion";
        configuration["deletionDate"] = AccountItems.Day(time.GetUtcNow().AddDays(7));
    });

    private static void OpenFunction(SimulatedAccount account, TimeProvider time) =>
        account.Change("AWS::Lambda::Function", "scorer", Actors.Person(account), item =>
    {
        var policy = JsonNode.Parse((string)ConfigItem.Supplementary(item)["Policy"]!)!;
        policy["Statement"]!.AsArray().Add((JsonNode)new JsonObject
        {
            ["Sid"] = "everyone",
            ["Effect"] = "Allow",
            ["Principal"] = "*",
            ["Action"] = "lambda:InvokeFunction",
            ["Resource"] = (string)item["ARN"]!,
        });
        ConfigItem.Supplementary(item)["Policy"] = policy.ToJsonString();
    });

    private static void LoosenMetadata(SimulatedAccount account, TimeProvider time) =>
        account.Change("AWS::EC2::Instance", "i-0aaa1111bbbb2222c", Actors.Person(account), item =>
        ConfigItem.Configuration(item)["metadataOptions"]!["httpTokens"] = "optional");

    private static void OpenBoundary(SimulatedAccount account, TimeProvider time) =>
        account.Change("AWS::S3::AccountPublicAccessBlock", account.Id, Actors.Person(account), item =>
        ConfigItem.Configuration(item)["blockPublicPolicy"] = false);

    private static void Key(SimulatedAccount account, Action<JsonObject> change) =>
        account.Change("AWS::KMS::Key", "0f0f0f0f-1111-2222-3333-444444444444", Actors.Person(account), change);

    private static void Bucket(SimulatedAccount account, string name, Action<JsonObject> change) =>
        account.Change("AWS::S3::Bucket", name, Actors.Person(account), item => change(ConfigItem.Supplementary(item)));
}

/// <summary>One mistake.</summary>
/// <param name="Name">What the story calls it.</param>
/// <param name="Rule">The rule that it breaks (others may notice too).</param>
/// <param name="NativeType">Whose.</param>
/// <param name="ResourceId">Config's resource id; null: the account's.</param>
/// <param name="Do">Makes it.</param>
public sealed record LabVerb(string Name, string Rule, string NativeType, string? ResourceId, Action<SimulatedAccount, TimeProvider> Do);
