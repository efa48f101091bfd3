using System.Text.Json;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Yaml;

/// <summary>A document inside a rule's file and the verdict that its author expects.</summary>
public sealed record RuleExample(string Name, Compliance Expected, JsonElement Document, string File, long Line);
