namespace ServerlessGuard.Commands;

/// <summary>Carries commands out, in the cloud that owns what they are about.</summary>
public sealed class CommandRunner;
