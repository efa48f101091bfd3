using ServerlessGuard.Documents;
using ServerlessGuard.Policies;

namespace ServerlessGuard.Facts.Aws;

/// <summary>
/// The inline policies of a role, user or group: <c>[{"policyName", "policyDocument"}]</c>, the document percent-encoded in real items.
/// </summary>
internal static class InlinePolicies
{
    /// <summary>
    /// Whether some inline policy has a statement as asked for; unknown when the list, or a document in it, was not observed.
    /// </summary>
    public static Fact Any(Doc list, string path, Func<Policy, Statement?> ask)
    {
        if (!list.Exists)
        {
            return Fact.Unknown(path, "not in the item");
        }

        var found = Fact.False(path, "no such statement");
        foreach (var entry in list.Items)
        {
            var name = DocText.Shown(entry["policyName"].Text ?? "unnamed");
            // The documentation's samples have a list with the document as an object; recorded items have percent-encoded text.
            var documents = entry["policyDocument"].Decoded().OneOrMany().Select(Policy.Read).ToList();
            if (documents.Count == 0 || documents.Contains(null))
            {
                found |= Fact.Unknown(path, $"the document of inline policy {name} is not in the item");
            }

            foreach (var policy in documents.OfType<Policy>())
            {
                found |= ask(policy) is { } statement
                    ? Fact.True(path, $"{name}: {statement.Label}")
                    : Fact.False(path, "no such statement");
            }
        }

        return found;
    }
}
