using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using ServerlessGuard.Findings;
using ServerlessGuard.Resources;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Chat.Tests.Rendering;

/// <summary>Findings whose every text was chosen by somebody who means harm, or who has an unusual keyboard.</summary>
internal static class Hostile
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static readonly string[] Fragments =
    [
        "<!here>", "<!channel|everyone>", "<!subteam^S0123>", "<@U024BE7LH>", "<#C024BE91L>", "<https://evil.example|click>", "&lt;!here&gt;", "&", "<", ">", "@channel", "@here",
        "*bold*", "_under_", "~gone~", "`code`", "```", "> quote", ":fire:", "[click](https://evil.example)", "**b**", "# head", "- item", "1. item", "![i](https://evil.example/x.png)",
        "https://evil.example/?a=b&c=d", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onfocus='alert(1)", "</main></body>", "<at>all</at>",
        "{{DATE(2026-01-01T00:00:00Z,SHORT)}}", "{{TIME(2026-01-01T00:00:00Z)}}", "${title}", "@{triggerBody()}", "{\"a\":1}",
        "\u202Egnp.exe", "\u2066left", "\u2067right", "\u2068first", "\u2069\u2069", "\u200E\u200F\u061C", "שלום", "مرحبا بالعالم", "\u200B\u200B", "\uFEFF", "\u00AD", "\U000E0041\U000E0042",
        "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "e\u0301", "a" + new string('\u0301', 300), "\u0301", "\uD800", "\uDC00x", "\0\b\u001b[31m", "\r\n\n\t", "\u2028\u2029", "\u0085", "", " ", "\u3000", "plain",
        "arn:aws:s3:::customer-exports", "日本語のバケット", "name_with_underscores",
    ];

    private static readonly string[] Long =
    [
        new('x', 10_000), new('&', 10_000), new('<', 10_000), new('ש', 10_000), new(' ', 10_000), new('\u202E', 10_000), string.Concat(Enumerable.Repeat("👩‍👩‍👧‍👦", 1_000)),
        "z" + new string('\u0300', 10_000), string.Concat(Enumerable.Repeat("*_`", 3_000)), new('\uD83D', 10_000), string.Concat(Enumerable.Repeat("\u2068", 10_000)),
    ];

    public static Gen<string> Text { get; } = Gen.Frequency(
        (8, from parts in Gen.Elements(Fragments).ListOf() select string.Concat(parts.Take(6))),
        (3, Gen.Elements(Fragments)),
        (2, Gen.Elements(Long)),
        (1, from parts in Gen.Elements(Fragments).ListOf() from tail in Gen.Elements(Long) select string.Concat(parts.Take(3)) + tail));

    private static Gen<string?> Maybe { get; } = Gen.Frequency((4, Text.Select(text => (string?)text)), (1, Gen.Constant<string?>(null)));

    private static Gen<string> State { get; } = Gen.Frequency(
        (5, from name in Text from value in Text select new JsonObject { [name] = value, ["same"] = true, ["list"] = new JsonArray(1, 2) }.ToJsonString()),
        (2, from name in Text select new JsonArray(name, new JsonObject { ["deep"] = name }).ToJsonString()),
        (1, Gen.Constant("null")),
        (1, Text));

    private static Gen<RemediationPlan> Plan { get; } =
        from sentence in Text
        from call in Text
        from before in State
        from after in State
        from risk in Gen.Elements(Enum.GetValues<Risk>())
        select new RemediationPlan
        {
            Id = "p1a2b3c4", Sentence = sentence, Call = call, Before = before, After = after, Permissions = [], Risk = risk, PlannedAt = Now,
        };

    private static Gen<Treatment?> Treatment { get; } =
        from has in Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)))
        from state in Gen.Elements(Enum.GetValues<TreatmentState>())
        from planned in Gen.Elements(true, true, true, false)
        from plan in Plan
        from detail in Maybe
        from person in Maybe
        from approvals in Text.ListOf()
        from minutes in Gen.Choose(-600, 600)
        select has
            ? new Treatment { State = state, Plan = planned ? plan : null, At = Now.AddMinutes(minutes), Detail = detail, By = person, Approvals = [.. approvals.Take(8)] }
            : null;

    public static Gen<Finding> Finding { get; } =
        from provider in Gen.Elements(Provider.Aws, Provider.Azure)
        from type in Text
        from id in Text
        from account in Gen.Frequency((3, Gen.Constant<string?>("111122223333")), (2, Maybe))
        from region in Maybe
        from name in Maybe
        from title in Text
        from reason in Text
        from actor in Maybe
        from paths in Text.ListOf()
        from severity in Gen.Elements(Enum.GetValues<Severity>())
        from status in Gen.Elements(Enum.GetValues<FindingStatus>())
        from treatment in Treatment
        from never in Gen.Elements(true, false, false, false)
        from reopened in Gen.Choose(0, 2)
        let resource = new ResourceRef { Provider = provider, NativeType = type, Id = id, Account = account, Region = region, Name = name }
        select new Finding
        {
            Id = FindingId.Of("SG-STOR-001", resource),
            RuleId = "SG-STOR-001",
            Resource = resource,
            Title = title,
            Severity = severity,
            Status = status,
            Reason = reason,
            Evidence = [.. paths.Take(12).Select(path => new Evidence(path, path))],
            Revision = 7,
            CapturedAt = Now,
            OpenedAt = Now,
            Reopened = reopened,
            DetectedBy = DetectedBy.Change,
            Actor = actor,
            Treatment = treatment,
            NeverTouch = never,
            Stages = new FindingStages(),
        };

    public static Gen<(Finding Finding, IReadOnlyList<FindingEvent> Story)> Told { get; } =
        from finding in Finding
        from steps in (from step in Gen.Elements(Enum.GetValues<FindingStep>()) from actor in Maybe from detail in Maybe select (step, actor, detail)).ListOf()
        select (finding, (IReadOnlyList<FindingEvent>)[.. steps.Take(20).Select((part, index) => new FindingEvent
        {
            FindingId = finding.Id,
            RuleId = finding.RuleId,
            Resource = finding.Resource,
            Step = part.step,
            Revision = index + 1,
            At = Now.AddMinutes(index),
            RecordedAt = Now.AddMinutes(index),
            Status = finding.Status,
            Severity = finding.Severity,
            Actor = part.actor,
            Detail = part.detail,
        })]);
}
