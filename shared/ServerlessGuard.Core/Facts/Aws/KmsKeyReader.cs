using ServerlessGuard.Documents;
using ServerlessGuard.Policies;
using ServerlessGuard.Resources;
using ServerlessGuard.Settings;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::KMS::Key</c>: <c>keyManager</c>, <c>keyState</c>, <c>keySpec</c> (older: <c>customerMasterKeySpec</c>), <c>origin</c>;
/// <c>supplementaryConfiguration.Policy</c> (JSON text) and <c>.KeyRotationStatus</c> (boolean, or "false" in history).
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::KMS::Key; KMS API reference, KeyMetadata.</remarks>
public sealed class KmsKeyReader : FactReader
{
    private const string PolicyPath = "supplementaryConfiguration.Policy";

    /// <summary>What uses a key or takes control of it. Reading its description is neither.</summary>
    private static readonly string[] Powers =
    [
        "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:GenerateMac", "kms:Sign", "kms:Verify*",
        "kms:DeriveSharedSecret", "kms:CreateGrant", "kms:CreateAlias", "kms:SynchronizeMultiRegionKey",
        "kms:Put*", "kms:ScheduleKeyDeletion", "kms:DisableKey*", "kms:EnableKey*", "kms:Update*", "kms:Delete*", "kms:ImportKeyMaterial",
        "kms:ReplicateKey",
        "kms:CancelKeyDeletion", "kms:RetireGrant", "kms:RevokeGrant", "kms:TagResource", "kms:UntagResource", "kms:RotateKeyOnDemand",
    ];

    private static readonly string[] Metadata = ["kms:Describe*", "kms:List*", "kms:Get*"];

    public override string NativeType => "AWS::KMS::Key";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.KeyAccess, FactsKind.KeyRotation, FactsKind.KeyDestruction];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var configuration = resource.Configuration;
        var owner = configuration["keyManager"].Exists
            ? Fact.True("configuration.keyManager", configuration["keyManager"].ToString())
            : Fact.Unknown("configuration.keyManager", "not in the item");
        var managed = configuration["keyManager"].Is("AWS") ? "the key is managed by AWS" : null;
        facts.Add(new KeyAccessFacts(resource.Ref)
        {
            OpenToOutsiders = Unless(owner, Access(resource, context.Settings)),
            NetworkOnly = false,
            OutOfReach = managed,
            SubFindings = Described(resource, context.Settings) is { } grant
                ? [new SubFinding("metadata", Severity.Low, "Everyone may read the key's description.", new Evidence(PolicyPath, grant))]
                : [],
        });
        facts.Add(new KeyRotationFacts(resource.Ref)
        {
            Rotates = Unless(owner, Fact.Of(resource.Supplementary["KeyRotationStatus"], "supplementaryConfiguration.KeyRotationStatus")),
            OutOfReach = managed ?? NotRotatable(configuration),
        });
        facts.Add(new KeyDestructionFacts(resource.Ref)
            { Protected = Unless(owner, Kept(resource, context.Settings)), Scheduled = true, OutOfReach = managed });
    }

    /// <summary>A grant of descriptions, and of nothing else, to everyone.</summary>
    private static string? Described(Resource resource, RuleSettings settings)
    {
        var own = resource.Ref.Account ?? (Arn.TryParse(resource.Ref.Id, out var arn) ? arn.Account : null);
        bool IsTrusted(string account) => settings.IsTrustedAccount(account, own);
        return Policy.Read(resource.Supplementary["Policy"]) is { } policy
            && Exposure.ToEveryone(policy, Powers, ConfiningKeys.Key, IsTrusted).IsEmpty
            && Exposure.ToEveryone(policy, Metadata, ConfiningKeys.Key, IsTrusted) is [var grant, ..]
            ? grant.ToString()
            : null;
    }

    /// <summary>Whose key it is decides whether the rules reach it at all.</summary>
    private static Fact Unless(Fact owner, Fact fact) => owner.Value is null ? owner : fact;

    /// <summary>Automatic rotation exists for enabled symmetric keys whose material KMS made.</summary>
    private static string? NotRotatable(Doc configuration)
    {
        var spec = configuration["keySpec"].Exists ? configuration["keySpec"] : configuration["customerMasterKeySpec"];
        return configuration switch
        {
            _ when spec.Exists && !spec.Is("SYMMETRIC_DEFAULT") => $"a {spec} key cannot rotate by itself",
            _ when configuration["origin"].Exists && !configuration["origin"].Is("AWS_KMS") =>
                $"key material of origin {configuration["origin"]} cannot rotate by itself",
            _ when configuration["keyState"].Exists && !configuration["keyState"].Is("Enabled") =>
                $"the key is {configuration["keyState"]}",
            _ => null,
        };
    }

    private static Fact Kept(Resource resource, RuleSettings settings)
    {
        const string Path = "configuration.keyState";
        var state = resource.Configuration["keyState"];
        if (!state.Exists)
        {
            return Fact.Unknown(Path, "not in the item");
        }

        if (!state.Is("PendingDeletion") && !state.Is("PendingReplicaDeletion"))
        {
            return Fact.True(Path, state.ToString());
        }

        if (!resource.Supplementary["Tags"].Exists && !resource.Document["tags"].Exists)
        {
            return Fact.Unknown("tags." + settings.ApprovedDeletionTag, $"the key is {state} and its tags are not in the item");
        }

        return resource.Tags[settings.ApprovedDeletionTag] is { } approved
            && LenientTags.Counts(approved, settings.ApprovedDeletionValues, settings)
            ? Fact.True("tags." + settings.ApprovedDeletionTag, DocText.Shown(approved))
            : Fact.False(Path,
                $"{state}{(resource.Configuration["deletionDate"].Exists ? " on " + resource.Configuration["deletionDate"] : string.Empty)}");
    }

    private static Fact Access(Resource resource, RuleSettings settings)
    {
        const string Path = PolicyPath;
        var text = resource.Supplementary["Policy"];
        if (Policy.Read(text) is not { } policy)
        {
            return Fact.Unknown(Path, text.Exists ? "not a policy document" : "not in the item");
        }

        var own = resource.Ref.Account ?? (Arn.TryParse(resource.Ref.Id, out var arn) ? arn.Account : null);
        bool IsTrusted(string account) => settings.IsTrustedAccount(account, own);
        var everyone = Exposure.ToEveryone(policy, Powers, ConfiningKeys.Key, IsTrusted);
        if (!everyone.IsEmpty)
        {
            return Fact.True(Path, everyone[0].ToString());
        }

        foreach (var statement in policy.Statements.Where(statement => statement.Allows
            && Powers.Any(power => statement.Touches(power) && !Exposure.IsTakenBack(policy, statement, power, IsTrusted))))
        {
            var foreigner = statement.Principals.Select(principal => principal.Account)
                .FirstOrDefault(account => account is not null && !IsTrusted(account));
            if (foreigner is not null && Confinement.Of(statement, ConfiningKeys.Key, IsTrusted) is null)
            {
                return own is null
                    ? Fact.Unknown("accountId", "the item does not name the key's account")
                    : Fact.True(Path, $"{statement.Label}: account {foreigner}");
            }
        }

        return Fact.False(Path, "our own and trusted principals only");
    }
}
