using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Tests.Federation;

/// <summary>Words for arranging what crosses.</summary>
internal static class Crossing
{
    /// <summary>Every kind: where what is asked is not what the test is about.</summary>
    public static System.Collections.Immutable.ImmutableHashSet<CommandKind> Anything { get; } = [.. Enum.GetValues<CommandKind>()];

    public static ResourceRef Storage(string name) => new()
    {
        Provider = Provider.Azure,
        NativeType = "Microsoft.Storage/storageAccounts",
        Id = $"/subscriptions/{TwoClouds.Subscription}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/{name}",
        Account = TwoClouds.Subscription,
        Name = name,
    };

    public static Exemption Exemption(string id, DateTimeOffset now) => new()
    {
        Id = id,
        RuleId = "SG-STOR-001",
        Category = ExemptionCategory.Waiver,
        Reason = "a public site",
        RequestedBy = "sam",
        ExpiresAt = now.AddDays(30),
        Revision = 1,
    };

    /// <summary>The id follows from where it was clicked and on what.</summary>
    public static Command Command(Provider issuedIn, string partition, string name, DateTimeOffset now) => new()
    {
        Id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{issuedIn} {partition} {name}")).AsSpan(0, 16)),
        Kind = CommandKind.Sweep,
        Partition = partition,
        By = new Person("Sam", "slack:U024BE7LH"),
        IssuedIn = issuedIn,
        IssuedAt = now,
        ExpiresAt = now.AddDays(3),
        State = CommandState.Pending,
    };

    public static FederatedRow Wire(TableRow row) => new() { Kind = row.Kind, Partition = row.Partition, Schema = 1, Document = JsonElement.Parse(row.Document) };
}
