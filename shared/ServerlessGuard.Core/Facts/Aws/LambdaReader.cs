using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Secrets;
using ServerlessGuard.Policies;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::Lambda::Function</c>: <c>supplementaryConfiguration.Policy</c> (JSON text), <c>configuration.role</c>. An item never carries the
/// environment; a host that read it adds <c>configuration.environment.variables</c>.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::Lambda::Function; Lambda developer guide, "Resource-based policies" and "Function
/// URLs".</remarks>
public sealed class LambdaReader : FactReader
{
    private const string PolicyPath = "supplementaryConfiguration.Policy";
    private static readonly string[] Invoking = ["lambda:InvokeFunction", "lambda:InvokeFunctionUrl"];

    public override string NativeType => "AWS::Lambda::Function";

    public override IReadOnlyList<FactsKind> Gives =>
        [FactsKind.Invocation, FactsKind.WorkloadPrivilege, FactsKind.SettingsSecrets, FactsKind.RuntimeSupport];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        facts.Add(Invocation(resource));
        facts.Add(Runtime(resource, context));
        facts.Add(new LambdaPrivilegeJoin(resource.Ref, resource.Configuration["role"].NonEmpty));
        var environment = resource.Configuration["environment", "variables"];
        var secrets = environment.IsObject
            ? SecretSettings.Read(environment, "configuration.environment.variables", Provider.Aws)
            : new SecretSettings.Found(
                Fact.Unknown("environment", "no configuration item carries the environment (get-function-configuration)"), false, false);
        facts.Add(new SettingsSecretsFacts(resource.Ref) { HoldsSecret = secrets.Fact, OfOtherCloud = secrets.OfOtherCloud });
    }

    private static RuntimeSupportFacts Runtime(Resource resource, FactContext context)
    {
        const string Path = "configuration.runtime";
        return new RuntimeSupportFacts(resource.Ref)
        {
            Supported = resource.Configuration["runtime"].NonEmpty is { } runtime
                ? RuntimeDates.OfLambda(runtime, Path, context.Now)
                : Fact.Unknown(Path, "not in the item"),
            OutOfReach = resource.Configuration["packageType"].Is("Image") ? "a container image: its image is judged" : null,
        };
    }

    private static InvocationFacts Invocation(Resource resource)
    {
        var text = resource.Supplementary["Policy"];
        if (Policy.Read(text) is not { } policy)
        {
            return new InvocationFacts(resource.Ref)
                { InvocableByAnyone = Fact.Unknown(PolicyPath, text.Exists ? "not a policy document" : "not in the item (get-policy)") };
        }

        var exposed = Exposure.ToEveryone(policy, Invoking, ConfiningKeys.Resource);
        return new InvocationFacts(resource.Ref)
        {
            InvocableByAnyone = exposed.IsEmpty ? Fact.False(PolicyPath, "no public grant") : Fact.True(PolicyPath, exposed[0].ToString()),
            ConfusedDeputy = exposed.IsEmpty ? Deputy(policy) : null,
        };
    }

    /// <summary>A call by a service is in nobody's organisation: the key is absent, and a test of it fails.</summary>
    /// <remarks>Source: IAM User Guide, "AWS global condition context keys", availability of aws:PrincipalOrgID and
    /// aws:PrincipalOrgPaths.</remarks>
    private static bool NeverMatchesService(Statement statement) => statement.Conditions.Any(condition =>
        (condition.IsKey("aws:PrincipalOrgID") || condition.IsKey("aws:PrincipalOrgPaths")) && condition.IsPositiveText);

    /// <summary>
    /// A service acts for whoever asked it, unless the statement says for whom. S3's ARNs carry no account, so there only aws:SourceAccount
    /// says it.
    /// </summary>
    private static Evidence? Deputy(Policy policy)
    {
        foreach (var statement in policy.Statements.Where(statement =>
            statement.Allows && Invoking.Any(statement.Touches) && !NeverMatchesService(statement)))
        {
            var confined = Confinement.Of(statement, ConfiningKeys.Source) is not null;
            var byAccount = statement.Conditions.Any(condition =>
                !condition.IsKey("aws:SourceArn")
                    && Confinement.Of(statement with { Conditions = [condition] }, ConfiningKeys.Source) is not null);
            foreach (var service in statement.Principals.Where(principal => principal.IsService))
            {
                var isS3 = service.Value.StartsWith("s3.", StringComparison.OrdinalIgnoreCase);
                if (!confined || isS3 && !byAccount)
                {
                    return new Evidence(PolicyPath,
                        $"{statement.Label}: {DocText.Shown(service.Value)}, "
                            + $"{(confined ? "aws:SourceArn of a bucket names no account" : Confinement.Ignored(statement))}");
                }
            }
        }

        return null;
    }
}
