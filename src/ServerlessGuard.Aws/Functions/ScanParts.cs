using ServerlessGuard.Aws.Events;
using ServerlessGuard.Aws.Needs;
using ServerlessGuard.Aws.Reporting;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Engine;
using ServerlessGuard.Evaluations;

namespace ServerlessGuard.Aws.Functions;

/// <summary>What an examination is made of; made once for a warm instance.</summary>
internal sealed record ScanParts
{
    public required TimeProvider Time { get; init; }
    public required Log Log { get; init; }
    public required Metrics Metrics { get; init; }
    public required Pipeline Pipeline { get; init; }

    /// <summary>Ages are measured at the time of the event: an instance lives for hours.</summary>
    public required Func<Assessor> NewAssessor { get; init; }

    public required ConfigInventory Inventory { get; init; }
    public required LiveReader Live { get; init; }
    public required CalledResource Called { get; init; }
    public required NeighbourCache Cache { get; init; }
    public required Actors Actors { get; init; }
    public required ConfigReporter Reporter { get; init; }
    public required QueueSender Queue { get; init; }
    public Uri? WorkQueue { get; init; }

    public NeedReader Needs => new(Inventory, Live, Cache, Log, Metrics);

    /// <summary>A slice of the sweep, up to its end of time.</summary>
    public required Sweeper Sweeper { get; init; }
}
