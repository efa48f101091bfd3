using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>A function's role, waiting for the role, its customer managed policies and its permissions boundary.</summary>
public sealed record LambdaPrivilegeJoin(ResourceRef Subject, string? Role) : JoinedFacts(Subject)
{
    public override FactsKind Kind => FactsKind.WorkloadPrivilege;

    public override SubjectFacts Complete(Neighbours neighbours) =>
        new WorkloadPrivilegeFacts(Subject) { Administrator = Administrator(neighbours) };

    private Fact Administrator(Neighbours neighbours)
    {
        if (Role is null)
        {
            return Fact.Unknown("configuration.role", "not in the item");
        }

        if (neighbours.One<RoleFacts>(Role) is not { } role)
        {
            return Fact.Unknown("AWS::IAM::Role " + Role, "the function's role is not in the scan");
        }

        var administrator = role.Administrator;
        foreach (var arn in role.CustomerPolicies)
        {
            administrator |= neighbours.One<ManagedPolicyFacts>(arn)?.Administrator
                ?? Fact.Unknown("AWS::IAM::Policy " + arn, "an attached policy of the role is not in the scan");
        }

        administrator = administrator with { Path = administrator.Value is null ? administrator.Path : $"{Role}: {administrator.Path}" };
        return administrator.Value is false || role.Boundary is not { } boundary
            ? administrator
            : administrator & Boundary(boundary, neighbours);
    }

    /// <summary>A boundary that is not administrator itself takes the rights away again.</summary>
    private static Fact Boundary(string arn, Neighbours neighbours) => PolicyPower.IsAwsManaged(arn)
        ? ManagedPolicies.IsAdministrator(arn, "permissions boundary")
        : neighbours.One<ManagedPolicyFacts>(arn) is { } policy
            ? policy.Administrator with { Path = "permissions boundary " + arn }
            : Fact.Unknown("AWS::IAM::Policy " + arn, "the role's permissions boundary is not in the scan");
}
