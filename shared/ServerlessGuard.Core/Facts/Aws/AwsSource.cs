using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts.Aws;

/// <summary>Neighbours in AWS: items of AWS Config's inventory, what only a service says, or the one where the other has nothing.</summary>
/// <param name="NativeType">Of the items. Config's, or one of ours for a service's answer.</param>
public sealed record AwsSource(string NativeType) : Source
{
    /// <summary>What Config's items are found by; null: Config holds none of them.</summary>
    public ConfigColumn? By { get; init; }

    /// <summary>The path for <see cref="ConfigColumn.Field"/>.</summary>
    public string? Field { get; init; }

    public ConfigPlace In { get; init; } = ConfigPlace.Beside;

    /// <summary>What is read from the service, where Config holds none.</summary>
    public LiveRead? Live { get; init; }

    /// <summary>Changes without an item or an event that says so: read every time, never kept.</summary>
    public bool IsFresh { get; init; }

    public override bool Takes(string key) => By switch
    {
        ConfigColumn.Arn => Arn.TryParse(key, out _),
        ConfigColumn.Account => Arn.IsAccount(key),
        ConfigColumn.Id or ConfigColumn.Name or ConfigColumn.Relationship or ConfigColumn.Field or null => base.Takes(key),
    };
}

/// <summary>What an item in Config's inventory is found by.</summary>
public enum ConfigColumn
{
    /// <summary>All of the account.</summary>
    Account = 1,
    Arn = 2,
    Id = 3,
    Name = 4,

    /// <summary>Items that are related to the one with that id.</summary>
    Relationship = 5,

    /// <summary>A value inside the items' documents, at <see cref="AwsSource.Field"/>.</summary>
    Field = 6,
}

/// <summary>Whose AWS Config is asked.</summary>
public enum ConfigPlace
{
    /// <summary>Of the region of the resource that is judged.</summary>
    Beside = 1,

    /// <summary>Of the region that we run in: what has no region, IAM and the account's own settings, is recorded there.</summary>
    Home = 2,

    /// <summary>Of both: what works in all regions is recorded in the one that it was made in.</summary>
    Both = 3,
}
