using System.Collections.Immutable;
using ServerlessGuard.Documents;

namespace ServerlessGuard.Policies;

/// <summary>A parsed policy document. Statement, Action, Resource and Principal may be single values or lists.</summary>
/// <remarks>Source: IAM User Guide, "Grammar of the IAM JSON policy language".</remarks>
public sealed record Policy(ImmutableArray<Statement> Statements)
{
    public static Policy Empty { get; } = new(ImmutableArray<Statement>.Empty);

    /// <summary>
    /// The policy in a document value, however it is encoded; null when the value is absent or is not a policy (which is not the same as a
    /// policy that grants nothing).
    /// </summary>
    public static Policy? Read(Doc value)
    {
        var document = value.Decoded();
        if (document.IsArray && document.Items.Count == 1)
        {
            // Advanced queries return the document as a list of one.
            document = document.Items.All().First().Decoded();
        }

        if (!document.IsObject)
        {
            return null;
        }

        if (!document["Statement"].Exists)
        {
            // "{}" is what Config writes for no policy; anything else without statements is not a policy.
            return document.Properties().Any() && !document["Version"].Exists ? null : Empty;
        }

        var statements = ImmutableArray.CreateBuilder<Statement>();
        foreach (var statement in document["Statement"].OneOrMany())
        {
            if (!statement.IsObject || Effect(statement) is not { } allows)
            {
                return null;
            }

            statements.Add(Read(statement, statements.Count, allows));
        }

        return new Policy(statements.ToImmutable());
    }

    private static Statement Read(Doc statement, int index, bool allows) => new()
    {
        Index = index,
        Sid = statement["Sid"].Text,
        Allows = allows,
        Principals = Principals(statement["Principal"]),
        NotPrincipals = Principals(statement["NotPrincipal"]),
        Actions = Texts(statement["Action"]),
        NotActions = Texts(statement["NotAction"]),
        Resources = Texts(statement["Resource"]),
        NotResources = Texts(statement["NotResource"]),
        Conditions = Conditions(statement["Condition"]),
    };

    private static bool? Effect(Doc statement) => statement["Effect"].Text?.ToLowerInvariant() switch
    {
        "allow" => true,
        "deny" => false,
        _ => null,
    };

    private static ImmutableArray<Principal> Principals(Doc value)
    {
        if (value.IsObject)
        {
            return [.. value.Properties().SelectMany(kind => Texts(kind.Value).Select(text => new Principal(kind.Name, text)))];
        }

        return [.. Texts(value).Select(text => new Principal(text is "*" ? "*" : "AWS", text))];
    }

    private static ImmutableArray<Condition> Conditions(Doc value) =>
    [
        .. value.Properties().SelectMany(test => test.Value.Properties().Select(key => new Condition
        {
            Operator = test.Name,
            Key = key.Name,
            Values = Texts(key.Value),
        })),
    ];

    private static ImmutableArray<string> Texts(Doc value) => [.. value.OneOrMany().Select(item => item.Text).OfType<string>()];
}
