using ServerlessGuard.Cli.Permissions;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Guards;
using ServerlessGuard.Permissions;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Infra.Tests;

/// <summary>What the core says that it reads, and what guard.yaml lets it do, against what is granted.</summary>
public sealed class SourcePermissionTests
{
    private static readonly Dictionary<string, Source> All = typeof(NeighbourFacts).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(INeighbour)) && !type.IsInterface)
        .ToDictionary(type => type.Name, type => (Source)type.GetProperty(nameof(INeighbour.Source))!.GetValue(null)!, StringComparer.Ordinal);

    public static TheoryData<string> InAzure => [.. All.Where(one => one.Value is AzureSource).Select(one => one.Key)];

    public static TheoryData<LiveRead> Live => [.. LiveReads.All];

    [Theory]
    [MemberData(nameof(Live))]
    public void A_live_read_has_its_permission_and_its_calls_have_a_rule(LiveRead read)
    {
        var scan = AwsPermissions.Always(GuardRole.Scan).SelectMany(statement => statement.Actions).ToList();
        Assert.NotEmpty(LiveReads.Of(read).Actions);
        Assert.All(LiveReads.Of(read).Actions, action => Assert.Contains(action, scan));
        if (LiveReads.Of(read).Changed is { } calls)
        {
            Assert.All(calls.Names, name => Assert.Contains(name, AwsTriggers.CloudTrail[calls.EventSource]));
            Assert.True(FactReaders.For(calls.NativeType) is { Gives.Count: > 0 }, $"no rule judges {calls.NativeType}, whose calls are followed");
            Assert.NotEmpty(calls.NamedAt);
        }
    }

    [Theory]
    [MemberData(nameof(InAzure))]
    public void An_azure_neighbour_has_a_reader_and_a_permission(string kind)
    {
        var granted = AzurePermissions.For(GuardRole.Scan, FixGrants.All(Provider.Azure, FixReach.None), []);
        var types = ((AzureSource)All[kind]).NativeTypes.ToList();
        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.True(FactReaders.For(type) is not null, $"{kind}: no fact reader reads {type}: add one to FactReaders"));
        Assert.All(types, type => Assert.Contains(type + "/read", granted));
    }

    [Fact]
    public void A_child_that_is_read_by_a_post_has_the_permission_of_that_post() => Assert.All(
        FactReaders.All.SelectMany(reader => reader.Routes.OfType<AzureRoute.WithParent>().Where(route => route.IsPosted).Select(_ => reader.NativeType)),
        type => Assert.Contains(type + "/list/action", AzurePermissions.SettingsReads));

    [Fact]
    public void Without_a_file_nothing_needs_a_permission() => Assert.All(
        FixGrants.Of(Provider.Aws, RemediationSettings.Default with { AtMost = RemediationMode.Enforce }, RuleCatalog.BuiltIn.All.Select(rule => rule.Descriptor)).Reaches,
        grant => Assert.Equal(FixReach.None, grant.Value));
}
