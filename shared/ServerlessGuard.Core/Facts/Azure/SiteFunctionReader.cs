using ServerlessGuard.Documents;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Azure;

/// <summary>
/// <c>Microsoft.Web/sites/functions</c>: <c>config.bindings[].authLevel</c>, which isolated apps lack until the host has read their
/// triggers.
/// </summary>
public sealed class SiteFunctionReader(string nativeType) : FactReader
{
    public static IEnumerable<FactReader> All =>
        [new SiteFunctionReader("Microsoft.Web/sites/functions"), new SiteFunctionReader("Microsoft.Web/sites/slots/functions")];

    public override string NativeType { get; } = nativeType;

    public override IReadOnlyList<FactsKind> Gives => [];

    public override IReadOnlyList<AzureRoute> Routes => [new AzureRoute.PartOf(NativeType[..NativeType.LastIndexOf('/')])];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        if (resource.ParentKey is not { } site)
        {
            return;
        }

        var path = $"functions/{ArmId.Name(resource.Ref.Id)}: properties.config.bindings[].authLevel";
        facts.Add(new SiteFunctionFacts(resource.Ref, site, resource.Configuration["isDisabled"].Flag is true
            ? Fact.False($"functions/{ArmId.Name(resource.Ref.Id)}: properties.isDisabled", "true")
            : Anonymous(resource.Configuration["config", "bindings"], path)));
    }

    private static Fact Anonymous(Doc bindings, string path)
    {
        if (!bindings.IsArray || bindings.Items.Count == 0)
        {
            return Fact.Unknown(path, "the function's bindings are not in the answer");
        }

        var http = bindings.Items.All().Where(binding => binding["type"].Is("httpTrigger")).ToList();
        return http switch
        {
            [] => Fact.False(path, "no HTTP trigger"),
            _ when http.Exists(binding => binding["authLevel"].Is("anonymous")) => Fact.True(path, "anonymous"),
            _ when http.Exists(binding => binding["authLevel"].NonEmpty is null) =>
                Fact.Unknown(path, "an HTTP trigger's level is not in the answer"),
            _ => Fact.False(path, http[0]["authLevel"].ToString()),
        };
    }
}
