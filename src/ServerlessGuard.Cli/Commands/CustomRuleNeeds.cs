using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Permissions;
using ServerlessGuard.Resources;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Cli.Commands;

/// <summary>
/// What custom rules add to what a deployment has to be allowed to read and to be told of: nothing, where a built-in rule reads the type
/// already.
/// </summary>
internal static class CustomRuleNeeds
{
    /// <summary>Azure: types whose documents the reader must be allowed to read.</summary>
    public static IEnumerable<string> Types(Provider provider, IEnumerable<SchemaRule> rules) =>
        Of(provider, rules).Select(rule => rule.NativeType);

    /// <summary>A line for each rule of the cloud.</summary>
    public static IEnumerable<string> Lines(Provider provider, IEnumerable<SchemaRule> rules) =>
        Of(provider, rules)
            .Select(rule => $"{rule.Descriptor.Id} on {rule.NativeType}: {(provider is Provider.Aws ? Aws(rule) : Azure(rule))}");

    private static IEnumerable<SchemaRule> Of(Provider provider, IEnumerable<SchemaRule> rules) =>
        rules.Where(rule => rule.NativeType.Contains("::", StringComparison.Ordinal) == provider is Provider.Aws);

    private static string Aws(SchemaRule rule) =>
        AwsTriggers.Recorded.Contains(rule.NativeType, StringComparer.OrdinalIgnoreCase)
            || AwsTriggers.NotRecorded.Contains(rule.NativeType)
        ? "adds nothing, built-in rules read the type"
        : "adds no permission, since AWS Config answers for every type that it records; no built-in rule reads this one, so have AWS "
            + "Config record it, "
            + "and add it to resourceType of ItemRule and OversizedItemRule in the template: without that, only the sweep sees its changes";

    private static string Azure(SchemaRule rule) => AzureRoutes.PartTypes.Contains(rule.NativeType, StringComparer.OrdinalIgnoreCase)
        ? "adds nothing, and is not evaluated in Azure: the type is read together with its parent, so write the rule for the parent"
        : FactReaders.For(rule.NativeType) is not null
        ? "adds nothing, built-in rules read the type"
        : rule.ApiVersion is null
            ? $"adds {rule.NativeType}/read, and is not evaluated in Azure: no built-in rule reads the type, so the rule has to name the "
                + $"apiVersion to read it with"
            : $"adds {rule.NativeType}/read, which the templates do not grant: give it to the reader with a role of your own; Event Grid "
                + $"sends its events already";
}
