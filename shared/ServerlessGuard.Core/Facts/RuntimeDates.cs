using System.Collections.Frozen;
using System.Globalization;

namespace ServerlessGuard.Facts;

/// <summary>The days on which runtimes stop getting fixes.</summary>
/// <remarks>
/// Sources: AWS Lambda developer guide, "Lambda runtimes" (deprecation dates); Azure Functions documentation, "Supported languages" and
/// "Azure Functions runtime versions". A runtime that is not in the list is not known: newer than the list, or mistyped.
/// </remarks>
public static class RuntimeDates
{
    /// <summary>When the list was last compared with its sources.</summary>
    public static readonly DateOnly AsOf = new(2026, 11, 30);

    private static readonly FrozenDictionary<string, DateOnly> Lambda = Table(
        "nodejs 2016-10-31 nodejs4.3 2020-03-05 nodejs4.3-edge 2019-04-30 nodejs6.10 2019-08-12 nodejs8.10 2020-03-06 "
        + "nodejs10.x 2021-07-30 nodejs12.x 2023-03-31 nodejs14.x 2023-12-04 nodejs16.x 2024-06-12 nodejs18.x 2025-09-01 "
        + "nodejs20.x 2026-04-30 nodejs22.x 2027-04-30 nodejs24.x 2028-04-30 python2.7 2021-07-15 python3.6 2022-07-18 "
        + "python3.7 2023-12-04 python3.8 2024-10-14 python3.9 2025-12-15 python3.10 2026-10-31 python3.11 2027-06-30 "
        + "python3.12 2028-10-31 python3.13 2029-06-30 python3.14 2029-06-30 java8 2024-01-08 java8.al2 2027-06-30 "
        + "java11 2027-06-30 java17 2027-06-30 java21 2029-06-30 java25 2029-06-30 dotnetcore1.0 2019-06-27 "
        + "dotnetcore2.0 2019-05-30 dotnetcore2.1 2022-01-05 dotnetcore3.1 2023-04-03 dotnet5.0 2022-05-10 "
        + "dotnet6 2024-12-20 dotnet7 2024-05-14 dotnet8 2026-11-10 dotnet9 2026-11-10 dotnet10 2028-11-14 "
        + "ruby2.5 2021-07-30 ruby2.7 2023-12-07 ruby3.2 2026-03-31 ruby3.3 2027-03-31 ruby3.4 2028-03-31 go1.x 2024-01-08 "
        + "provided 2024-01-08 provided.al2 2026-07-31 provided.al2023 2029-06-30");

    private static readonly FrozenDictionary<string, DateOnly> Functions = Table(
        "python|3.6 2021-12-23 python|3.7 2023-06-27 python|3.8 2024-10-14 python|3.9 2025-10-31 python|3.10 2026-10-31 "
        + "python|3.11 2027-10-31 python|3.12 2028-10-31 python|3.13 2029-10-31 python|3.14 2030-10-31 node|8 2019-12-31 "
        + "node|10 2021-04-30 node|12 2022-04-30 node|14 2023-04-30 node|16 2024-06-30 node|18 2025-04-30 node|20 2026-04-30 "
        + "node|22 2027-04-30 node|24 2028-04-30 dotnet|2.1 2021-08-21 dotnet|3.1 2022-12-13 dotnet|5.0 2022-05-10 "
        + "dotnet|6.0 2024-11-12 dotnet|7.0 2024-05-14 dotnet|8.0 2026-11-10 dotnet|9.0 2026-11-10 dotnet|10.0 2028-11-14 "
        + "java|8 2026-11-30 java|11 2027-09-30 java|17 2027-09-30 java|21 2028-09-30 powershell|6 2020-09-04 "
        + "powershell|7.0 2022-12-03 powershell|7.2 2024-11-08 powershell|7.4 2026-11-10 host|~1 2026-09-14 "
        + "host|~2 2022-12-13 host|~3 2022-12-13 host|~4 2099-12-31");

    /// <summary>Whether a runtime of AWS Lambda gets fixes on that day.</summary>
    public static Fact OfLambda(string runtime, string path, DateTimeOffset now) => Of(Lambda, runtime, runtime, path, now);

    /// <summary>Whether a language, or the host itself, of Azure Functions gets fixes on that day.</summary>
    /// <param name="language">python, node, dotnet, dotnet-isolated, java, powershell, host.</param>
    public static Fact OfFunctions(string language, string version, string path, DateTimeOffset now)
    {
        var name = language.Equals("dotnet-isolated", StringComparison.OrdinalIgnoreCase) ? "dotnet" : language.ToLowerInvariant();
        var number = name is "host" ? version : version.TrimStart('v', 'V', '~');
        number = name is "node" or "java" && number.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? number[..dot] : number;
        return Of(Functions, $"{name}|{number}", $"{language} {version}", path, now);
    }

    private static Fact Of(FrozenDictionary<string, DateOnly> dates, string key, string shown, string path, DateTimeOffset now)
    {
        var text = Documents.DocText.Shown(shown);
        return dates.TryGetValue(key, out var end)
            ? new Fact(DateOnly.FromDateTime(now.UtcDateTime) <= end, path, $"{text}, supported until {end:yyyy-MM-dd}")
            : Fact.Unknown(path, $"{text} is not in the list of runtimes of {AsOf:yyyy-MM-dd}");
    }

    private static FrozenDictionary<string, DateOnly> Table(string text)
    {
        var parts = text.Split(' ');
        var dates = new Dictionary<string, DateOnly>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i + 1 < parts.Length; i += 2)
        {
            dates.Add(parts[i], DateOnly.ParseExact(parts[i + 1], "yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        return dates.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }
}
