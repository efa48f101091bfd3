namespace ServerlessGuard.Facts.Secrets;

/// <summary>The value beside a name such as password inside a longer text.</summary>
internal static class PairedValue
{
    /// <summary>Neither a variable, nor what stands in for a value, nor the name of a secret, nor a list of stars.</summary>
    public static bool IsSecret(string value)
    {
        var text = value is ['{', .., '}'] && !value.All(c => char.IsLetterOrDigit(c) || c is '{' or '}' or '_') ? value[1..^1] : value;
        return !PlainValues.IsReference(text) && !PlainValues.IsStandIn(text) && !text.StartsWith('{')
            && !text.StartsWith("${", StringComparison.Ordinal) && !text.StartsWith("#{", StringComparison.Ordinal)
            && !(text.Contains('/', StringComparison.Ordinal) && SecretValues.ReadsLikeName(text));
    }

    /// <summary>In a document a word alone is more often a label, a type or the name of a member.</summary>
    public static bool IsSecretMember(string value) =>
        IsSecret(value) && !value.All(char.IsLetter) && !value.Contains(' ', StringComparison.Ordinal) && value[0] is not '/';
}
