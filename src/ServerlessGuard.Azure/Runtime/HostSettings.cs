using System.Collections.Immutable;
using System.Globalization;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Azure.Remediators;
using ServerlessGuard.Azure.Seals;
using ServerlessGuard.Chat;
using ServerlessGuard.Engine;
using ServerlessGuard.Resources;
using ServerlessGuard.Yaml;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>What the app's settings say: the environment that infra/azure sets, and guard.yaml beside the executable.</summary>
public sealed record HostSettings
{
    /// <summary>The port that the Functions host wants its handler on.</summary>
    public required int Port { get; init; }

    public required GuardSettings Guard { get; init; }

    /// <summary>The team's own rules: the folder <c>rules</c> beside the executable, or GUARD_RULES.</summary>
    public HostRules Rules { get; init; } = HostRules.None;

    public required string Table { get; init; }

    /// <summary>
    /// What only the remediator's identity may write: GUARD_SEALED_TABLE, else the other one's name with "sealed" behind it.
    /// </summary>
    public required string SealedTable { get; init; }

    /// <summary>The key that seals plans (GUARD_SEAL_KEY); null: nothing is changed.</summary>
    public VaultKeyId? SealKey { get; init; }

    public Uri? TableEndpoint { get; init; }

    public Uri? QueueEndpoint { get; init; }

    /// <summary>A storage emulator's account key; accepted for loopback endpoints only.</summary>
    public string? EmulatorConnection { get; init; }

    public required Uri ArmEndpoint { get; init; }

    /// <summary>What the token for ARM is for; a sovereign cloud's differs.</summary>
    public required string ArmAudience { get; init; }

    /// <summary>Lower-case subscription ids; empty: every subscription of the tenant (a management-group deployment).</summary>
    public required ImmutableHashSet<string> Subscriptions { get; init; }

    /// <summary>Whose outbox entries are carried out.</summary>
    public AllowedAccounts Allowed => new(Provider.Azure, Subscriptions.IsEmpty ? null : Subscriptions, "GUARD_SUBSCRIPTIONS");

    /// <summary>Null only where single subscriptions are named.</summary>
    public string? Tenant { get; init; }

    public string? ReaderClientId { get; init; }

    public string? RemediatorClientId { get; init; }

    /// <summary>AWS's deployment; null: no federation.</summary>
    public PeerSettings? Peer { get; init; }

    /// <summary>How people are reached; null: not at all.</summary>
    public ChatSettings? Chat { get; init; }

    /// <summary>App Service's authentication stands before the page (GUARD_PLATFORM_SIGN_IN): without it the page shows nothing.</summary>
    public bool ShowsPage { get; init; }

    /// <summary>
    /// It stands before the chat's links too (GUARD_CHAT_SIGN_IN), which the template leaves open: only then the name that it sets is
    /// believed there.
    /// </summary>
    public bool ChatSignsIn { get; init; }

    /// <summary>What of this deployment a fix must spare.</summary>
    public required AzureRemediatorOptions Own { get; init; }

    public static HostSettings Read(Func<string, string?> variable, Func<string, string?> readFile)
    {
        var guard = ReadGuard(variable, readFile);
        var all = variable("GUARD_SUBSCRIPTIONS")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        var tenant = Id("GUARD_TENANT", variable("GUARD_TENANT"));
        if (all.Length == 0)
        {
            throw new SettingException("GUARD_SUBSCRIPTIONS",
                "names no subscription; give their ids, separated by commas, or * for every one of the tenant");
        }

        if (all is ["*"] && tenant is null)
        {
            throw new SettingException("GUARD_TENANT", "is not set; with GUARD_SUBSCRIPTIONS=* events are told apart by their tenant");
        }

        var connection = NonEmpty(variable("GUARD_STORAGE_CONNECTION"));
        var table = TableName("GUARD_TABLE", NonEmpty(variable("GUARD_TABLE")) ?? "guard");
        var sealedTable = TableName("GUARD_SEALED_TABLE", NonEmpty(variable("GUARD_SEALED_TABLE")) ?? table + "sealed");
        if (sealedTable.Equals(table, StringComparison.OrdinalIgnoreCase))
        {
            throw new SettingException("GUARD_SEALED_TABLE",
                "names the table of the findings, which every function writes; it must be another one");
        }

        var settings = new HostSettings
        {
            Port = ReadPort(variable("FUNCTIONS_CUSTOMHANDLER_PORT")),
            Guard = guard,
            Rules = HostRules.Read(NonEmpty(variable("GUARD_RULES")), AppContext.BaseDirectory),
            Table = table,
            SealedTable = sealedTable,
            SealKey = SealKeyOf(NonEmpty(variable("GUARD_SEAL_KEY"))),
            TableEndpoint = Endpoint("GUARD_TABLE_ENDPOINT", variable("GUARD_TABLE_ENDPOINT")),
            QueueEndpoint = Endpoint("GUARD_QUEUE_ENDPOINT", variable("GUARD_QUEUE_ENDPOINT")),
            EmulatorConnection = connection is null ? null : Emulator(connection),
            ArmEndpoint = Endpoint("GUARD_ARM_ENDPOINT", variable("GUARD_ARM_ENDPOINT")) ?? ArmSettings.Public.Endpoint,
            ArmAudience = NonEmpty(variable("GUARD_ARM_AUDIENCE")) ?? ArmSettings.Public.Audience,
            Own = AzureRemediatorOptions.Read(variable),
            Subscriptions = all is ["*"] ? [] : [.. all.Select(one => Id("GUARD_SUBSCRIPTIONS", one)!)],
            Tenant = tenant,
            ReaderClientId = Id("GUARD_READER_CLIENT_ID", variable("GUARD_READER_CLIENT_ID")),
            Peer = PeerSettings.Read(variable),
            Chat = ReadChat(variable),
            ShowsPage = NonEmpty(variable("GUARD_PLATFORM_SIGN_IN"))?.ToLowerInvariant() is "true",
            ChatSignsIn = NonEmpty(variable("GUARD_CHAT_SIGN_IN"))?.ToLowerInvariant() is "true",
            RemediatorClientId = Id("GUARD_REMEDIATOR_CLIENT_ID", variable("GUARD_REMEDIATOR_CLIENT_ID")),
        };
        return settings.EmulatorConnection is null && (settings.TableEndpoint is null || settings.QueueEndpoint is null)
            ? throw new SettingException(settings.TableEndpoint is null ? "GUARD_TABLE_ENDPOINT" : "GUARD_QUEUE_ENDPOINT",
                "is not set; it is https://ACCOUNT.table.core.windows.net (or .queue.), infra/azure sets it")
            : settings;
    }

    /// <summary>GUARD_MODE can only hold back what guard.yaml allows.</summary>
    private static GuardSettings ReadGuard(Func<string, string?> variable, Func<string, string?> readFile)
    {
        var named = NonEmpty(variable("GUARD_SETTINGS"));
        var file = named ?? Path.Combine(AppContext.BaseDirectory, "guard.yaml");
        var settings = GuardSettings.Default;
        if (readFile(file) is { } text)
        {
            (settings, var faults) = SettingsFile.Read(file, text);
            if (faults.Count > 0)
            {
                throw new SettingException(Path.GetFileName(file),
                    string.Create(CultureInfo.InvariantCulture, $"line {faults[0].Line}: {faults[0].Message}"));
            }
        }
        else if (named is not null)
        {
            throw new SettingException("GUARD_SETTINGS", "names a file that cannot be read");
        }

        return EnvironmentSettings.Over(settings, name => NonEmpty(variable(name)), (name, _, must) => new SettingException(name, must));
    }

    private static ChatSettings? ReadChat(Func<string, string?> variable)
    {
        try
        {
            return ChatSettings.Read(Provider.Azure, variable);
        }
        catch (ChatSettingException wrong)
        {
            throw new SettingException(wrong.Name ?? "chat", wrong.Message[(wrong.Name is { } name ? name.Length + 1 : 0)..]);
        }
    }

    private static int ReadPort(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
        ? port
        : throw new SettingException("FUNCTIONS_CUSTOMHANDLER_PORT",
            "is not a port; the Functions host sets it when it starts its custom handler");

    private static VaultKeyId? SealKeyOf(string? text) => text is null
        ? null
        : VaultKeyId.Find(text)
            ?? throw new SettingException("GUARD_SEAL_KEY",
                "must be the id of a key, https://NAME.vault.azure.net/keys/KEY, with or without a version");

    private static string TableName(string setting, string name) =>
        name.Length is >= 3 and <= 63 && char.IsAsciiLetter(name[0]) && name.All(char.IsAsciiLetterOrDigit)
        ? name
        : throw new SettingException(setting, "must be 3 to 63 letters and digits, a letter first");

    private static string? Id(string name, string? value) => NonEmpty(value) is not { } text
        ? null
        : Guid.TryParseExact(text, "D", out var id) ? id.ToString("D") : throw new SettingException(name, "must hold GUIDs");

    /// <summary>https, except on this machine: a bearer token must not travel in the clear.</summary>
    private static Uri? Endpoint(string name, string? value) => NonEmpty(value) is not { } text
        ? null
        : Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri is { Scheme: "http", IsLoopback: true })
            ? uri
            : throw new SettingException(name, "must be an https address (http only for this machine)");

    private static string Emulator(string connection)
    {
        var endpoints = connection.Split(';').Where(part => part.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase))
            .Select(part => part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..]).ToList();
        return endpoints.Count > 0
            && endpoints.TrueForAll(endpoint => Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.IsLoopback)
            ? connection
            : throw new SettingException("GUARD_STORAGE_CONNECTION",
                "is for an emulator on this machine only; real storage is reached by identity (GUARD_TABLE_ENDPOINT, "
                    + "GUARD_QUEUE_ENDPOINT)");
    }

    private static string? NonEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
