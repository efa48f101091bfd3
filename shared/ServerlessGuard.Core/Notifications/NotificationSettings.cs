using System.Collections.Immutable;
using ServerlessGuard.Verdicts;

namespace ServerlessGuard.Notifications;

/// <summary>The <c>notifications</c> part of guard.yaml: who hears of what, and when not.</summary>
public sealed record NotificationSettings
{
    public static NotificationSettings Default { get; } = new();

    /// <summary>In order; a finding goes to every route that it matches. None: to every channel that is configured.</summary>
    public ImmutableArray<NotificationRoute> Routes { get; init; } = [];

    /// <summary>Below it nobody is told.</summary>
    public Severity MinSeverity { get; init; } = Severity.Medium;

    /// <summary>Null: no quiet hours.</summary>
    public QuietHours? QuietHours { get; init; }

    /// <summary>So many findings of one rule and route waiting at once are one digest.</summary>
    public int DigestFrom { get; init; } = 10;

    /// <summary>How long after the first of a burst its digest is sent.</summary>
    public TimeSpan DigestWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long before its end an exemption is announced.</summary>
    public int ExemptionWarningDays { get; init; } = 7;
}

/// <summary>What is null or empty does not narrow.</summary>
public sealed record NotificationRoute
{
    /// <summary>Unique; part of the key of the rows that remember what was told.</summary>
    public required string Name { get; init; }

    public required ChatChannel Channel { get; init; }

    /// <summary>
    /// Slack with a bot token: the channel's id or name, <c>C024BE91L</c> or <c>#security</c>. Null for webhooks, which have their own.
    /// </summary>
    public string? Target { get; init; }

    public Severity? MinSeverity { get; init; }
    public ImmutableHashSet<string> Accounts { get; init; } = [];

    /// <summary>A sub-finding follows its rule.</summary>
    public ImmutableHashSet<string> Rules { get; init; } = [];

    /// <summary>Values of the owner tag.</summary>
    public ImmutableHashSet<string> Owners { get; init; } = [];
}

public enum ChatChannel
{
    /// <summary>With a bot token: messages are updated.</summary>
    Slack = 1,

    /// <summary>An incoming webhook: each step is a message of its own.</summary>
    SlackWebhook = 2,

    /// <summary>A Workflows webhook.</summary>
    Teams = 3,
}

public static class ChatChannels
{
    /// <summary>As guard.yaml spells it.</summary>
    public static string Word(ChatChannel channel) => channel switch
    {
        ChatChannel.Slack => "slack",
        ChatChannel.SlackWebhook => "slack-webhook",
        ChatChannel.Teams => "teams",
    };
}

/// <param name="From">Local time of day, inclusive.</param>
/// <param name="To">Exclusive; before From: over midnight.</param>
/// <param name="TimeZone">IANA name; needs no data beyond what the platform has, else UTC.</param>
/// <param name="Except">From this severity on, told at once all the same.</param>
public sealed record QuietHours(TimeOnly From, TimeOnly To, string TimeZone, Severity Except);
