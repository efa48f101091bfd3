using ServerlessGuard.Decisions;
using ServerlessGuard.Remediation;

namespace ServerlessGuard.Engine;

/// <summary>What changes resources: with the remediating identity only.</summary>
public sealed record Executors(Remedy Remedy, CommandRunner Commands);
