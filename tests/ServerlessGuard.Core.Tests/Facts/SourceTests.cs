using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Permissions;
using ServerlessGuard.Resources;
using ServerlessGuard.Rules;
using ServerlessGuard.Tests.Cases;

namespace ServerlessGuard.Tests.Facts;

/// <summary>Every kind of neighbour, with what must be there for it to be read and noticed. A kind without a source does not compile; what else can be forgotten fails here, permissions in <c>SourcePermissionTests</c>.</summary>
public sealed class SourceTests
{
    /// <summary>All kinds of neighbours and their sources.</summary>
    private static readonly Dictionary<string, Source> All = typeof(NeighbourFacts).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(INeighbour)) && !type.IsInterface)
        .ToDictionary(type => type.Name, type => (Source)type.GetProperty(nameof(INeighbour.Source))!.GetValue(null)!, StringComparer.Ordinal);

    public static TheoryData<string> InAws => [.. All.Where(one => one.Value is AwsSource).Select(one => one.Key)];

    public static TheoryData<string> InAzure => [.. All.Where(one => one.Value is AzureSource).Select(one => one.Key)];

    public static TheoryData<LiveRead> Live => [.. LiveReads.All];

    [Fact]
    public void A_source_is_one_object_so_that_needs_are_read_together() => Assert.All(
        typeof(NeighbourFacts).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(INeighbour)) && !type.IsInterface),
        type => Assert.Same(All[type.Name], type.GetProperty(nameof(INeighbour.Source))!.GetValue(null)));

    [Theory]
    [MemberData(nameof(InAws))]
    public void An_aws_neighbour_has_a_reader_and_is_in_the_inventory_or_read_live(string kind)
    {
        var source = (AwsSource)All[kind];
        Assert.True(FactReaders.For(source.NativeType) is not null, $"{kind}: no fact reader reads {source.NativeType}: add one to FactReaders");
        Assert.True(source.By is not null || source.Live is not null, $"{kind}: its source names neither a column of AWS Config nor a live read");
        Assert.True(source.By is not ConfigColumn.Field || source.Field is not null, $"{kind}: no field is named");
        Assert.True(source.By is null || AwsTriggers.Recorded.Contains(source.NativeType), $"{kind}: AWS Config does not record {source.NativeType} (AwsTriggers.NotRecorded)");
    }

    /// <summary>EventBridge's rules are made of these two lists; what neither holds changes unnoticed.</summary>
    [Theory]
    [MemberData(nameof(InAws))]
    public void An_aws_neighbours_change_is_an_event(string kind)
    {
        var source = (AwsSource)All[kind];
        Assert.True(
            AwsTriggers.Recorded.Contains(source.NativeType) || source.Live is { } read && LiveReads.Of(read).Changed is { Names.IsEmpty: false },
            $"{kind}: {source.NativeType} is not recorded, and no API call says that it has changed (LiveReads)");
    }

    /// <summary>A read that nothing asks for is a permission too many.</summary>
    [Theory]
    [MemberData(nameof(Live))]
    public void A_live_read_is_asked_for(LiveRead read) => Assert.True(
        All.Values.OfType<AwsSource>().Any(source => source.Live == read) || FactReaders.All.Any(reader => reader.CompletedBy == read) || LiveReads.Of(read).Changed?.State == read,
        $"{read}: no source, no reader and no call asks for it");

    /// <summary>Event Grid's events name the part that changed; without a route nobody judges what it is a part of.</summary>
    [Theory]
    [MemberData(nameof(InAzure))]
    public void A_change_of_a_part_is_judged_as_one_of_what_it_is_a_part_of(string kind)
    {
        var source = (AzureSource)All[kind];
        Assert.Equal(source.By is AzureFind.List or AzureFind.Child, !source.Of.IsEmpty);
        foreach (var parent in source.Of.Select(Id))
        {
            var part = parent + source.Path + (source.By is AzureFind.List ? "/one" : string.Empty);
            var judged = AzureRoutes.AfterChange(part);
            Assert.True(
                judged is not null && judged != part && FactReaders.For(ArmId.Type(judged)!) is { Gives.Count: > 0 } && part.StartsWith(judged, StringComparison.OrdinalIgnoreCase),
                $"{kind}: a change of {part} is judged as {judged ?? "nothing"}: its reader declares no AzureRoute.PartOf");
        }
    }

    [Fact]
    public void A_child_that_is_judged_with_its_parent_can_be_read_and_told_from_it() => Assert.All(
        FactReaders.All.SelectMany(reader => reader.Routes.OfType<AzureRoute.WithParent>().Select(route => (reader, route))),
        one =>
        {
            Assert.NotEmpty(one.reader.Gives);
            Assert.Contains(one.route.Parent, FactReaders.All.Select(reader => reader.NativeType));
            Assert.All(one.route.Paths, path => Assert.Equal(one.reader.NativeType, ArmId.Type(Id(one.route.Parent) + path)));
        });

    /// <summary>What every join of the cases looks up can be read, or says why it is not: a condition that no case meets is the only way around this test.</summary>
    [Fact]
    public void What_the_joins_of_the_cases_look_up_has_a_source_of_their_own_cloud()
    {
        var looked = new Dictionary<string, HashSet<Source>>(StringComparer.Ordinal);
        foreach (var one in RuleCaseTests.All)
        {
            var context = new FactContext(RuleCaseTests.SettingsOf(one), one.Now);
            var assessor = new Assessor(RuleCatalog.BuiltIn, context, []);
            foreach (var assessment in RuleCaseTests.Resources(one).Select(assessor.Assess))
            {
                foreach (var waiting in assessment.Waiting)
                {
                    var wanted = new List<Wanted>();
                    waiting.Complete(new Neighbours(context, wanted));
                    looked.TryAdd(waiting.GetType().Name, []);
                    looked[waiting.GetType().Name].UnionWith(wanted.Select(need => need.Source));
                    Assert.All(wanted, need => Assert.True(need.Source is AwsSource == waiting.Subject.Provider is Provider.Aws, $"{waiting.GetType().Name} looks in the other cloud"));
                }
            }
        }

        var joins = typeof(JoinedFacts).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(JoinedFacts))).Select(type => type.Name).Order(StringComparer.Ordinal);
        Assert.Equal(joins, looked.Keys.Order(StringComparer.Ordinal));

        // These wait for what no host reads, each for the reason that its sources give; every other join asks for something.
        string[] silent = ["BlobServiceJoin", "NsgJoin", "PersonJoin", "SignInJoin", "SiteSettingsJoin"];
        Assert.Equal(silent, looked.Where(join => join.Value.Count == 0).Select(join => join.Key).Order(StringComparer.Ordinal));
    }

    /// <summary>An id of the type; every name in it is default, as single children are called.</summary>
    private static string Id(string type)
    {
        const string Subscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
        if (type is "Microsoft.Resources/subscriptions")
        {
            return Subscription;
        }

        var parts = type.Split('/');
        return $"{Subscription}/resourceGroups/rg/providers/{parts[0]}{string.Concat(parts[1..].Select(part => $"/{part}/default"))}";
    }
}
