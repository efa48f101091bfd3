using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Rules;

/// <summary>A rule on one native type's document as it is, without facts: what a team writes for itself, without a compiler.</summary>
public abstract class DocumentRule
{
    public abstract RuleDescriptor Descriptor { get; }

    public abstract string NativeType { get; }

    /// <summary>Total: a document of any shape has a verdict.</summary>
    public abstract Verdict Judge(Resource resource);
}
