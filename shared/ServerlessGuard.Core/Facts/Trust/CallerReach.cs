namespace ServerlessGuard.Facts.Trust;

/// <summary>Whom a test of a token's claims lets in, from the narrowest to the widest.</summary>
public enum CallerReach
{
    /// <summary>One repository, project, workspace, service account or person.</summary>
    Workload,

    /// <summary>Whatever runs in the owner's organisation.</summary>
    Owner,

    /// <summary>Everybody whom the issuer gives tokens to.</summary>
    Anyone,
}
