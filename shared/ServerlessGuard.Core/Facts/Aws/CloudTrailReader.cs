using System.Collections.Immutable;
using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// <c>AWS::CloudTrail::Trail</c>. The item shows what the trail is, not whether it is logging, and only that it has event selectors of its
/// own, not which: <c>supplementaryConfiguration.TrailStatus</c> and <c>.EventSelectors</c> hold GetTrailStatus and GetEventSelectors where
/// a host read them.
/// </summary>
/// <remarks>Source: aws-config-resource-schema, AWS::CloudTrail::Trail; CloudTrail API reference.</remarks>
public sealed class CloudTrailReader : FactReader
{
    public override string NativeType => "AWS::CloudTrail::Trail";

    public override IReadOnlyList<FactsKind> Gives => [FactsKind.AuditTrail];

    public override bool ReadsDeleted => true;

    public override LiveRead? CompletedBy => LiveRead.TrailStatus;

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.Ref.Account is { } account && resource.Status is ResourceStatus.Deleted)
        {
            facts.Add(new DeletedTrailFacts(resource.Ref));
            facts.Add(new AccountAuditTrailJoin(ResourceRef.AwsAccount(account)));
            return;
        }

        var trail = Trail(resource);
        facts.Add(trail);
        facts.Add(new AuditTrailJoin(resource.Ref, trail));
        if (resource.Configuration["s3BucketName"].NonEmpty is { } target)
        {
            facts.Add(new LogTargetFacts(resource.Ref, target));
        }
    }

    private static TrailFacts Trail(Resource resource)
    {
        var configuration = resource.Configuration;
        var selectors = resource.Supplementary["EventSelectors"];
        var custom = Fact.Of(configuration["hasCustomEventSelectors"], "configuration.hasCustomEventSelectors");
        return new TrailFacts(resource.Ref)
        {
            Complete = Fact.Of(configuration["isMultiRegionTrail"], "configuration.isMultiRegionTrail")
                & Fact.Of(configuration["logFileValidationEnabled"], "configuration.logFileValidationEnabled")
                & Fact.Of(configuration["includeGlobalServiceEvents"], "configuration.includeGlobalServiceEvents")
                & ManagementEvents(selectors, custom),
            Logging = Logging(resource),
            CustomSelectors = custom,
            IsOrganizationTrail = configuration["isOrganizationTrail"].Flag is true,
            ObjectArns = selectors.Exists ? ObjectArns(selectors) : null,
        };
    }

    private static Fact Logging(Resource resource)
    {
        var status = resource.Supplementary["TrailStatus", "IsLogging"];
        return status.Exists
            ? Fact.Of(status, "supplementaryConfiguration.TrailStatus.IsLogging")
            : resource.Configuration["isLogging"].Exists
                ? Fact.Of(resource.Configuration["isLogging"], "configuration.isLogging")
                : Fact.Unknown("isLogging", "not in a configuration item: get-trail-status");
    }

    private static Fact ManagementEvents(Doc selectors, Fact custom)
    {
        const string Path = "eventSelectors";
        if (!selectors.Exists)
        {
            return custom.Value is false
                ? Fact.True(Path, "default selectors: all management events")
                : Fact.Unknown(Path, "the trail has event selectors of its own, which the item does not carry (get-event-selectors)");
        }

        // Reads and writes may be selected apart.
        var (reads, writes) = (false, false);
        foreach (var selector in selectors["EventSelectors"].Items.All()
            .Where(selector => selector["IncludeManagementEvents"].Flag != false))
        {
            var kind = selector["ReadWriteType"];
            reads |= !kind.Is("WriteOnly");
            writes |= !kind.Is("ReadOnly");
        }

        foreach (var fields in selectors["AdvancedEventSelectors"].Items.All()
            .Select(selector => selector["FieldSelectors"].Items.All().ToList()).Where(IsManagement))
        {
            var readOnly = fields.Find(field => field["Field"].Is("readOnly"))["Equals"].OneOrMany().Select(value => value.Flag)
                .FirstOrDefault();
            reads |= readOnly is not false;
            writes |= readOnly is not true;
        }

        return reads && writes
            ? Fact.True(Path, "management events")
            : Fact.False(Path, writes ? "no management events that read" : "no management events that write");
    }

    private static bool IsManagement(List<Doc> fields) =>
        fields.Exists(field => field["Field"].Is("eventCategory") && field["Equals"].OneOrMany().Any(value => value.Is("Management")));

    private static ImmutableArray<string> ObjectArns(Doc selectors) =>
    [
        .. selectors["EventSelectors"].Items.All()
            .Where(selector => !selector["ReadWriteType"].Exists || selector["ReadWriteType"].Is("All"))
            .SelectMany(selector => selector["DataResources"].Items.All())
            .Where(data => data["Type"].Is("AWS::S3::Object")).SelectMany(data => data["Values"].Items.All()).Select(value => value.Text)
                .OfType<string>(),
        .. selectors["AdvancedEventSelectors"].Items.All().Where(IsS3Data).SelectMany(Prefixes),
    ];

    /// <summary>
    /// All reads and writes of S3 objects; a selector that leaves some out (readOnly, eventName, a negated test) is not counted on.
    /// </summary>
    private static bool IsS3Data(Doc selector)
    {
        var fields = selector["FieldSelectors"].Items.All().ToList();
        return fields.Exists(field => field["Field"].Is("resources.type")
            && field["Equals"].OneOrMany().Any(value => value.Is("AWS::S3::Object")))
            && fields.TrueForAll(field =>
                (field["Field"].Is("resources.type") || field["Field"].Is("resources.ARN") || field["Field"].Is("eventCategory"))
                && !field["NotEquals"].Exists && !field["NotStartsWith"].Exists && !field["EndsWith"].Exists
                    && !field["NotEndsWith"].Exists);
    }

    private static IEnumerable<string> Prefixes(Doc selector)
    {
        var arns = selector["FieldSelectors"].Items.All().Where(field => field["Field"].Is("resources.ARN"))
            .SelectMany(field => field["StartsWith"].OneOrMany().Concat(field["Equals"].OneOrMany())).Select(value => value.Text)
                .OfType<string>().ToList();
        return arns.Count > 0 ? arns : ["arn:"];
    }
}
