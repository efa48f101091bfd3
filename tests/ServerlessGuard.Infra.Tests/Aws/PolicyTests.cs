using System.Text.Json.Nodes;
using ServerlessGuard.Permissions;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Infra.Tests.Aws;

/// <summary>The template grants what <c>guard permissions</c> prints, for every way to set its parameters.</summary>
public sealed class PolicyTests
{
    public static TheoryData<string> Remediations => [.. FixGrants.All(Provider.Aws, FixReach.None).Reaches.Keys];

    [Fact]
    public void The_default_grants_what_the_entries_need_and_no_fix()
    {
        AssertGrants(Stack.Product(), FixGrants.All(Provider.Aws, FixReach.None));
    }

    [Theory]
    [MemberData(nameof(Remediations))]
    public void One_fix_grants_its_own_actions_only(string remediation)
    {
        foreach (var reach in new[] { FixReach.Plan, FixReach.Fix })
        {
            var grants = FixGrants.All(Provider.Aws, FixReach.None);
            AssertGrants(
                Stack.Product((AwsTemplate.ParameterName(remediation), AwsTemplate.Word(reach))),
                grants with { Reaches = grants.Reaches.SetItem(remediation, reach) });
        }
    }

    [Theory]
    [InlineData(FixReach.Plan)]
    [InlineData(FixReach.Fix)]
    public void All_fixes_grant_the_union(FixReach reach)
    {
        var grants = FixGrants.All(Provider.Aws, reach);
        AssertGrants(Stack.Product(grants.Reaches.Keys.Select(name => (AwsTemplate.ParameterName(name), AwsTemplate.Word(reach)))), grants);
    }

    /// <summary>IAM refuses more than 10,240 characters of inline policies in a role, white space aside.</summary>
    [Fact]
    public void All_fixes_together_fit_into_a_role()
    {
        var stack = Stack.Product(FixGrants.All(Provider.Aws, FixReach.Fix).Reaches.Keys.Select(name => (AwsTemplate.ParameterName(name), "fix")));
        foreach (var (id, _) in stack.Of("AWS::IAM::Role"))
        {
            Assert.InRange(Policies(stack, id).Sum(policy => policy["PolicyDocument"]!.ToJsonString().Length), 0, 10_240);
        }
    }

    [Fact]
    public void Only_the_remediate_role_may_write_anything_but_the_products_own()
    {
        var stack = Stack.Product(FixGrants.All(Provider.Aws, FixReach.Fix).Reaches.Keys.Select(name => (AwsTemplate.ParameterName(name), "fix")));
        foreach (var (id, _) in stack.Of("AWS::IAM::Role").Where(role => role.Id != "RemediateRole"))
        {
            var outside = Policies(stack, id).SelectMany(policy => policy["PolicyDocument"]!["Statement"]!.AsArray())
                .Where(statement => statement!["Resource"]!.ToString() == "*")
                .SelectMany(statement => statement!["Action"]!.AsArray().Select(action => action!.GetValue<string>()));
            Assert.All(outside, action => Assert.True(
                FixGrants.IsRead(Provider.Aws, action) || action is "config:PutEvaluations" or "config:BatchGetResourceConfig" or "config:SelectResourceConfig",
                $"{id} may {action} everywhere"));
        }
    }

    [Fact]
    public void The_remediate_role_can_change_no_role_of_the_product()
    {
        var stack = Stack.Product();
        var denied = Policies(stack, "RemediateRole").SelectMany(policy => policy["PolicyDocument"]!["Statement"]!.AsArray())
            .Single(statement => statement!["Sid"]!.GetValue<string>() == "NotItself")!;
        Assert.Equal("Deny", denied["Effect"]!.GetValue<string>());
        var pattern = denied["Resource"]!.GetValue<string>();
        Assert.All(stack.Of("AWS::IAM::Role"), role => Assert.StartsWith(pattern.TrimEnd('*'), stack.Arn(role.Id), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("serverlessguard.yaml")]
    [InlineData("organization.yaml")]
    public void Generated_parts_are_up_to_date(string file)
    {
        var text = File.ReadAllText(ServerlessGuard.Tests.Repository.Path("infra", "aws", file));
        Assert.Equal(MarkedSections.Replace(text, AwsTemplate.Sections(), out var wrong), text);
        Assert.Null(wrong);
    }

    [Fact]
    public void Every_generated_part_is_in_some_template()
    {
        var text = string.Concat(Directory.EnumerateFiles(ServerlessGuard.Tests.Repository.Path("infra", "aws"), "*.yaml").Select(File.ReadAllText));
        Assert.All(AwsTemplate.Sections().Keys, name => Assert.Contains($"# begin generated: {name}\n", text, StringComparison.Ordinal));
    }

    private static void AssertGrants(Stack stack, FixGrants grants)
    {
        foreach (var role in Enum.GetValues<GuardRole>())
        {
            var granted = Policies(stack, $"{role}Role").SelectMany(policy => policy["PolicyDocument"]!["Statement"]!.AsArray());
            var generated = AwsPolicy.Document(AwsPermissions.For(role, grants), target => Name(stack, target, role), service => $"{service}.{Stack.Region}.amazonaws.com");
            Assert.Equal(generated["Statement"]!.ToJsonString(), new JsonArray([.. granted.Select(statement => statement!.DeepClone())]).ToJsonString());
        }

        var roles = Enum.GetValues<GuardRole>().Select(role => stack.Arn($"{role}Role").Split('/')[^1]).ToHashSet(StringComparer.Ordinal);
        Assert.All(stack.Of("AWS::IAM::RolePolicy"), policy => Assert.Contains(policy.Properties["RoleName"]!.GetValue<string>(), roles));
    }

    private static IEnumerable<JsonObject> Policies(Stack stack, string role) => stack.Of("AWS::IAM::RolePolicy")
        .Select(entry => entry.Properties).Where(policy => policy["RoleName"]!.GetValue<string>() == stack.Arn(role).Split('/')[^1]);

    private static string Name(Stack stack, AwsTarget target, GuardRole role) => target switch
    {
        AwsTarget.Any => "*",
        AwsTarget.OwnRoles => $"arn:aws:iam::{Stack.Account}:role/serverlessguard/*",
        AwsTarget.Log => stack.Arn($"{role}Log"),
        AwsTarget.Table or AwsTarget.Key or AwsTarget.WorkQueue or AwsTarget.RemediateQueue or AwsTarget.DeadLetterQueue => stack.Arn(target.ToString()),
    };
}
