using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Facts;

/// <summary>Reads the facts out of one native type's document. Pure, total, and without memory.</summary>
public abstract class FactReader
{
    /// <summary>The cloud's own type, compared without case.</summary>
    public abstract string NativeType { get; }

    /// <summary>What this reader can give; rules on these kinds answer for a deleted or unrecorded resource too.</summary>
    public abstract IReadOnlyList<FactsKind> Gives { get; }

    /// <summary>A deleted item of this type still says something: that an account-level setting is gone.</summary>
    public virtual bool ReadsDeleted => false;

    /// <summary>Other sources of the scan may still decide about a resource of this type that Config does not record.</summary>
    public virtual bool ReadsUnrecorded => false;

    /// <summary>What beside its own event leads to a judgement of an Azure type.</summary>
    public virtual IReadOnlyList<AzureRoute> Routes => [];

    /// <summary>
    /// What its AWS Config item lacks and a service says: read whenever the resource is judged or others are joined with it.
    /// </summary>
    public virtual LiveRead? CompletedBy => null;

    public abstract void Read(Resource resource, FactContext context, ICollection<SubjectFacts> facts);
}
