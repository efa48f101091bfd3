using System.Text.Json;

namespace ServerlessGuard.Yaml.Schemas;

/// <summary>Numbers of JSON: exact as far as 28 digits reach, otherwise as near as a double is.</summary>
internal static class Numbers
{
    public static int Compare(JsonElement left, JsonElement right) =>
        left.TryGetDecimal(out var a) && right.TryGetDecimal(out var b) ? a.CompareTo(b) : left.GetDouble().CompareTo(right.GetDouble());

    /// <summary>1.0 is a whole number too.</summary>
    public static bool IsWhole(JsonElement value) =>
        value.TryGetDecimal(out var exact) ? exact == decimal.Truncate(exact) : double.IsInteger(value.GetDouble());

    public static bool IsMultiple(JsonElement value, JsonElement divisor) =>
        value.TryGetDecimal(out var a) && divisor.TryGetDecimal(out var b) && b != 0
            ? a % b == 0
            : value.GetDouble() % divisor.GetDouble() == 0;
}
