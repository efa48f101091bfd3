using System.Text.Json;
using ServerlessGuard.Documents;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Ingestion;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Needs;

/// <summary>Azure Resource Manager's answers as resources.</summary>
internal static class ArmDocument
{
    /// <returns>Null for what is no resource.</returns>
    public static Resource? Read(JsonElement answer, DateTimeOffset? captured) => RecordReader.Read(new Doc(answer)).OfType<Reading.Found>()
        .Select(found => found.Resource with
            { CapturedAt = captured, Ref = found.Resource.Ref with { NativeType = AzureRoutes.Spelled(found.Resource.Ref.NativeType) } })
        .FirstOrDefault();

    /// <summary>A resource that Azure Resource Manager does not know any more.</summary>
    public static Resource Gone(string id, DateTimeOffset at) => new()
    {
        Ref = new ResourceRef
        {
            Provider = Provider.Azure,
            NativeType = AzureRoutes.TypeOf(id) ?? "unknown",
            Id = ArmId.Normal(id),
            Account = ArmId.Subscription(id),
            Name = ArmId.Name(id),
        },
        Document = default,
        Status = ResourceStatus.Deleted,
        CapturedAt = at,
    };
}
