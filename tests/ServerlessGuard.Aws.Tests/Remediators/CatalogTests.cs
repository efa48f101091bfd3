using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Aws.Tests.Api;
using ServerlessGuard.Engine;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Aws.Tests.Remediators;

public sealed partial class CatalogTests
{
    /// <summary>Which operations each permission stands for: the API's name, where IAM's is another.</summary>
    private const string Botocore = """
        import sys, json, botocore.session
        loader = botocore.session.get_session().get_component('data_loader')
        models = {'monitoring': 'cloudwatch'}
        out = []
        for service, operation in json.load(sys.stdin):
            model = loader.load_service_model(models.get(service, service), 'service-2')
            out.append(operation in model['operations'])
        print(json.dumps(out))
        """;

    /// <summary>IAM's names that are not the API's. Source: Service Authorization Reference, Amazon S3.</summary>
    private static readonly Dictionary<string, (string Service, string Operation)> Renamed = new(StringComparer.Ordinal)
    {
        ["s3:GetBucketPublicAccessBlock"] = ("s3", "GetPublicAccessBlock"),
        ["s3:PutBucketPublicAccessBlock"] = ("s3", "PutPublicAccessBlock"),
        ["s3:GetAccountPublicAccessBlock"] = ("s3control", "GetPublicAccessBlock"),
        ["s3:PutAccountPublicAccessBlock"] = ("s3control", "PutPublicAccessBlock"),
    };

    private static IReadOnlyList<Remediator> All { get; } = AwsRemediators.All(new Playback(_ => Playback.Answer(500)).Api(), GuardSettings.Default, TimeProvider.System);

    [Fact]
    public void Every_descriptor_has_one_class_and_every_class_a_descriptor()
    {
        Assert.Equal(RemediationCatalog.Aws.All.ToHashSet(), All.Select(remediator => remediator.Descriptor).ToHashSet());
        Assert.Equal(RemediationCatalog.Aws.All.Length, All.Count);
        Assert.Equal(All.Count, All.Select(remediator => remediator.GetType()).Distinct().Count());
        var written = typeof(AwsRemediators).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Remediator)) && !type.IsAbstract).ToHashSet();
        Assert.Equal(written, All.Select(remediator => remediator.GetType()).ToHashSet());
    }

    [Fact]
    public void No_two_classes_answer_for_one_finding() => Assert.All(
        All.SelectMany(remediator => remediator.Descriptor.NativeTypes.Select(type => (remediator.Descriptor.Remediation, type))).GroupBy(pair => pair),
        group => Assert.Single(group));

    /// <summary>Each rule of the core that AWS could fix in place is fixed, or is in this list with the reason that the catalogue's comment gives.</summary>
    [Fact]
    public void Every_rule_with_a_remediation_in_aws_is_fixed_or_named_as_unfixable()
    {
        HashSet<string> unfixable = [Remediations.CloseModelEndpoint, Remediations.EncryptDatabase, Remediations.CloseStorageNetwork, Remediations.DisableSharedKey, Remediations.ForbidForeignReplication];
        var handled = RemediationCatalog.Aws.All.Select(descriptor => descriptor.Remediation).ToHashSet(StringComparer.Ordinal);
        foreach (var rule in RuleCatalog.BuiltIn.All.Where(rule => rule.Descriptor.Remediation is not null && rule.Descriptor.IsIn(Provider.Aws)))
        {
            Assert.True(handled.Contains(rule.Descriptor.Remediation!) != unfixable.Contains(rule.Descriptor.Remediation!), $"{rule.Descriptor.Id}: {rule.Descriptor.Remediation}");
        }
    }

    [Fact]
    public void Permissions_are_single_actions_and_none_is_named_twice() => Assert.All(RemediationCatalog.Aws.All, descriptor =>
    {
        Assert.All(descriptor.Permissions, permission => Assert.Matches(Action(), permission));
        Assert.Equal(descriptor.Permissions.Length, descriptor.Permissions.Distinct(StringComparer.Ordinal).Count());
    });

    [BotocoreFact]
    public async Task Every_permission_stands_for_an_operation_that_exists()
    {
        var pairs = RemediationCatalog.Aws.All.SelectMany(descriptor => descriptor.Permissions).Distinct(StringComparer.Ordinal)
            .Select(permission => (permission, Renamed.TryGetValue(permission, out var renamed) ? renamed : (permission.Split(':')[0], permission.Split(':')[1]))).ToList();
        var input = new JsonArray([.. pairs.Select(pair => new JsonArray(pair.Item2.Item1, pair.Item2.Item2))]);
        var exists = JsonNode.Parse(await Python.RunAsync(Botocore, input.ToJsonString()))!.AsArray();
        Assert.All(pairs.Zip(exists), pair => Assert.True((bool)pair.Second!, pair.First.permission));
    }

    [GeneratedRegex("^(s3|lambda|iam|ec2|rds|redshift|kms|sagemaker|cloudtrail|cognito-identity):[A-Z][A-Za-z0-9]+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Action();
}
