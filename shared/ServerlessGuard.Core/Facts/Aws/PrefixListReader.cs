using ServerlessGuard.Networks;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary><c>AWS::EC2::PrefixList</c>: <c>Entries[].Cidr</c>.</summary>
public sealed class PrefixListReader : FactReader
{
    public override string NativeType => "AWS::EC2::PrefixList";

    public override IReadOnlyList<FactsKind> Gives => [];

    public override void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts)
    {
        var id = resource.Configuration["PrefixListId"].NonEmpty ?? resource.Document["resourceId"].NonEmpty;
        if (id is not null && resource.Configuration["Entries"].IsArray)
        {
            var ranges = resource.Configuration["Entries"].Items.All().Select(entry => AddressRange.Parse(entry["Cidr"].Text))
                .OfType<AddressRange>();
            facts.Add(new PrefixListFacts(resource.Ref, id, AddressSet.Of(ranges)));
        }
    }
}
