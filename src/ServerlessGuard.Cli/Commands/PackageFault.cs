namespace ServerlessGuard.Cli.Commands;

/// <summary>Why there is no package, in one line.</summary>
internal sealed class PackageFault(string message) : Exception(message);
