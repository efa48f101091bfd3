namespace ServerlessGuard.Resources;

/// <summary>What the cloud says about the recording of a resource (AWS Config's configurationItemStatus and eventLeftScope).</summary>
public enum ResourceStatus
{
    /// <summary>OK or ResourceDiscovered: the document is the configuration.</summary>
    Recorded,

    /// <summary>ResourceDeleted or ResourceDeletedNotRecorded.</summary>
    Deleted,

    /// <summary>ResourceNotRecorded: the recorder does not cover the type, so nothing is known.</summary>
    NotRecorded,

    /// <summary>eventLeftScope: the resource still exists, but the Config rule no longer covers it.</summary>
    LeftScope,
}
