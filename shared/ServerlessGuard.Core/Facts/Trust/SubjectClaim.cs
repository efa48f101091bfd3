namespace ServerlessGuard.Facts.Trust;

/// <summary>What the value of a claim says about who the caller is.</summary>
public enum SubjectClaim
{
    /// <summary>Nothing: everybody can have this value. A wildcard here may swallow whatever follows it.</summary>
    Nothing,

    /// <summary>A part between owner and workload: any value of it is as good as the others, so <c>*</c> hides nothing.</summary>
    Between,

    /// <summary>The owner, by a name or number that is unique at the issuer.</summary>
    Owner,

    /// <summary>A workload by a number that is unique at the issuer.</summary>
    Workload,

    /// <summary>A workload by a name that is unique within its owner only.</summary>
    WorkloadOfOwner,

    /// <summary><c>OWNER/REPOSITORY</c> with anything below it; both may carry their number: <c>OWNER@1/REPOSITORY@2</c>.</summary>
    Repository,

    /// <summary><c>GROUP/SUBGROUP/PROJECT</c>.</summary>
    GroupPath,
}
