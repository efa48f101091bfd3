using System.Collections.Immutable;
using ServerlessGuard.Aws.Remediators;
using ServerlessGuard.Aws.Seals;
using ServerlessGuard.Chat;
using ServerlessGuard.Engine;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Aws.Runtime;

/// <summary>What the function's environment and guard.yaml say, checked before the first event.</summary>
public sealed record HostSettings
{
    private static readonly string[] HandlerNames = [.. Enum.GetNames<Handler>().Select(name => name.ToLowerInvariant())];

    public required Handler Handler { get; init; }
    public required string Region { get; init; }

    /// <summary><c>GUARD_TABLE</c>.</summary>
    public required string Table { get; init; }

    /// <summary>
    /// <c>GUARD_SEAL_KEY</c>: the ARN of the HMAC key that seals plans; null: nothing is changed. Only <c>remediate</c> is told it, and
    /// only its role may use it.
    /// </summary>
    public required KmsKeyArn? SealKey { get; init; }

    /// <summary><c>GUARD_WORK_QUEUE</c>: the queue that <c>scan</c> reads.</summary>
    public required Uri? WorkQueue { get; init; }

    /// <summary><c>GUARD_REMEDIATE_QUEUE</c>; null: the outbox schedule is the only kick.</summary>
    public required Uri? RemediateQueue { get; init; }

    /// <summary>
    /// <c>GUARD_OUTBOX_QUEUE</c>: wakes the outbox as soon as there is something to forward; null: its schedule alone does.
    /// </summary>
    public required Uri? OutboxQueue { get; init; }

    /// <summary>Azure's deployment; null: no federation.</summary>
    public required PeerSettings? Peer { get; init; }

    /// <summary>How people are reached; null: not at all.</summary>
    public required ChatSettings? Chat { get; init; }

    /// <summary><c>GUARD_ACCOUNTS</c>; empty: the function's own.</summary>
    public required ImmutableHashSet<string> Accounts { get; init; }

    /// <summary><c>GUARD_OWN_ROLES</c>: names or ARNs of the roles that our own changes are made under.</summary>
    public required ImmutableHashSet<string> OwnRoles { get; init; }

    /// <summary><c>GUARD_OWN_RESOURCES</c>: what no fix may touch.</summary>
    public required OwnResources Own { get; init; }

    /// <summary><c>AWS_ENDPOINT_URL_DYNAMODB</c>, else <c>AWS_ENDPOINT_URL</c>.</summary>
    public required Uri? DynamoEndpoint { get; init; }

    /// <summary><c>GUARD_LOG_BUCKET</c> and <c>GUARD_PERMISSIONS_BOUNDARY</c>: what only an operator knows.</summary>
    public required AwsRemediatorOptions Remediators { get; init; }

    public required GuardSettings Guard { get; init; }

    /// <summary>
    /// The team's own rules: the folder <c>rules</c> beside the binary, or <c>GUARD_RULES</c>. Read where resources are judged and messages
    /// about them are written.
    /// </summary>
    public required HostRules Rules { get; init; }

    /// <summary>Whose events are taken: <c>GUARD_ACCOUNTS</c>, else the function's own.</summary>
    public AllowedAccounts AccountsOf(Invocation invocation) => new(
        Provider.Aws,
        !Accounts.IsEmpty ? Accounts : Arn.TryParse(invocation.FunctionArn, out var arn) && Arn.IsAccount(arn.Account) ? [arn.Account] : [],
        "GUARD_ACCOUNTS");

    /// <param name="environment">Looks a variable up.</param>
    /// <param name="folder">Where the binary is: guard.yaml may lie beside it.</param>
    /// <exception cref="SettingsException">One line.</exception>
    public static HostSettings Read(Func<string, string?> environment, string folder)
    {
        string? Find(string name) => environment(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
        string Need(string name, string what) => Find(name) ?? throw new SettingsException($"{name} is not set: it names {what}");

        var own = OwnArns.Read(Find("GUARD_OWN_RESOURCES"));
        var handler = HandlerOf(Need("_HANDLER", $"the entry, one of {string.Join(", ", HandlerNames)}"));
        return new HostSettings
        {
            Handler = handler,
            Region = Find("AWS_REGION") ?? Need("AWS_DEFAULT_REGION", "the region; Lambda sets AWS_REGION"),
            Table = Need("GUARD_TABLE", "the DynamoDB table of the findings"),
            SealKey = SealKeyOf(Find("GUARD_SEAL_KEY")),
            WorkQueue = Address(Find, "GUARD_WORK_QUEUE")
                ?? (handler is Handler.Sweep ? throw new SettingsException(
                    "GUARD_WORK_QUEUE is not set: it is the URL of the SQS queue that the sweep fills") : null),
            RemediateQueue = Address(Find, "GUARD_REMEDIATE_QUEUE")
                ?? (handler is Handler.Outbox ? throw new SettingsException(
                    "GUARD_REMEDIATE_QUEUE is not set: it is the URL of the SQS queue that the outbox kicks") : null),
            OutboxQueue = Address(Find, "GUARD_OUTBOX_QUEUE"),
            Peer = PeerSettings.Read(Find),
            Chat = ReadChat(Find),
            Accounts = [.. List(Find("GUARD_ACCOUNTS")).Select(Account)],
            OwnRoles = ImmutableHashSet.CreateRange(StringComparer.Ordinal, List(Find("GUARD_OWN_ROLES"))),
            Own = own,
            DynamoEndpoint = Endpoint(Find),
            Remediators = new AwsRemediatorOptions(Find("GUARD_LOG_BUCKET"), Find("GUARD_PERMISSIONS_BOUNDARY"), own),
            Guard = EnvironmentSettings.Over(
                GuardFile(Find("GUARD_SETTINGS"), folder),
                Find,
                (name, value, must) => new SettingsException($"{name} is \"{value}\": it {must}")),
            Rules = handler is Handler.Scan or Handler.Outbox or Handler.Chatops
                ? HostRules.Read(Find("GUARD_RULES"), folder)
                : HostRules.None,
        };
    }

    private static KmsKeyArn? SealKeyOf(string? text) => text is null
        ? null
        : KmsKeyArn.Find(text)
            ?? throw new SettingsException(
                $"GUARD_SEAL_KEY is \"{text}\": it must be the ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID");

    private static ChatSettings? ReadChat(Func<string, string?> find)
    {
        try
        {
            return ChatSettings.Read(Provider.Aws, find);
        }
        catch (ChatSettingException wrong)
        {
            throw new SettingsException(wrong.Message, wrong);
        }
    }

    private static Handler HandlerOf(string name) => HandlerNames.Contains(name, StringComparer.Ordinal)
        ? Enum.Parse<Handler>(name, ignoreCase: true)
        : throw new SettingsException($"_HANDLER is \"{name}\": it must be one of {string.Join(", ", HandlerNames)}");

    private static string[] List(string? text) =>
        text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static string Account(string text) =>
        Arn.IsAccount(text) ? text : throw new SettingsException($"GUARD_ACCOUNTS: \"{text}\" is not a twelve-digit account number");

    private static Uri? Endpoint(Func<string, string?> find) =>
        bool.TryParse(find("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), out var ignore) && ignore
            ? null
            : Address(find, "AWS_ENDPOINT_URL_DYNAMODB") ?? Address(find, "AWS_ENDPOINT_URL");

    private static Uri? Address(Func<string, string?> find, string name) => find(name) switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" => uri,
        var text => throw new SettingsException($"{name} is \"{text}\": it must be an http(s) URL"),
    };

    private static GuardSettings GuardFile(string? named, string folder)
    {
        var path = named ?? Path.Combine(folder, "guard.yaml");
        if (!File.Exists(path))
        {
            return named is null ? GuardSettings.Default : throw new SettingsException($"GUARD_SETTINGS: there is no file {named}");
        }

        var (settings, faults) = SettingsFile.Read(Path.GetFileName(path), File.ReadAllText(path));
        return faults.Count == 0
            ? settings
            : throw new SettingsException(string.Join("; ", faults.Take(5).Select(fault => fault.ToString())));
    }
}
