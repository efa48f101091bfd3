using System.Text.RegularExpressions;
using System.Web;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Stores;
using ServerlessGuard.Azure.Stores;
using ServerlessGuard.Cli.Operators;
using ServerlessGuard.Resources;
using ServerlessGuard.Sqlite;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Cli.Tables;

/// <summary>
/// A table that somebody named on the command line, open until disposed. Those of the clouds are read with the operator's own credentials.
/// </summary>
/// <param name="Owner">What has to be closed; null: nothing.</param>
internal sealed partial record OpenTable(string Address, ITable Table, IDisposable? Owner) : IDisposable
{
    private const string File = "sqlite:";
    private const string Dynamo = "dynamodb://";
    private const string StorageScope = "https://storage.azure.com/.default";
    private const string Azure = "azure-table://";

    /// <summary>Whose deployment the table belongs to; null for a file, on which none runs.</summary>
    public Provider? Home => Address.StartsWith(Dynamo, StringComparison.OrdinalIgnoreCase) ? Provider.Aws
        : Address.StartsWith(Azure, StringComparison.OrdinalIgnoreCase) ? Provider.Azure
        : null;

    /// <summary>
    /// Who writes here, by the word of whoever lets them write: the cloud, or this machine for a file. Null: nobody says (an emulator, no
    /// network).
    /// </summary>
    public Func<CancellationToken, Task<OperatorIdentity?>> Who { get; private init; } = static _ =>
        Task.FromResult<OperatorIdentity?>(null);

    /// <summary>For options that name a table.</summary>
    public const string Forms = "sqlite:FILE, dynamodb://TABLE[?region=REGION&endpoint=URL] or azure-table://ACCOUNT/TABLE[?endpoint=URL]";

    /// <summary><see cref="TableFileException"/> in one sentence when the address is none or there is no such table.</summary>
    public static OpenTable ToRead(string address) => Cloud(address) ?? Of(address, SqliteTable.OpenToRead(Path(address)));

    /// <summary>Made on first use, where it is a file.</summary>
    public static OpenTable ToWrite(string address) => Cloud(address) ?? Of(address, SqliteTable.Open(Path(address)));

    /// <summary>
    /// For reading, and for a person's decisions where one may write: a file that cannot be written is opened for reading. Whether a
    /// cloud's table may be written to, only the first decision shows.
    /// </summary>
    public static OpenTable ToDecide(string address)
    {
        if (Cloud(address) is { } cloud)
        {
            return cloud with { IsWritable = true };
        }

        using var exists = ToRead(address);
        return IsWritableFile(Path(address)) ? Of(address, SqliteTable.Open(Path(address))) with { IsWritable = true } : ToRead(address);
    }

    /// <summary>Opened for decisions.</summary>
    public bool IsWritable { get; private init; }

    /// <summary>Where the store does not do so by itself.</summary>
    public Task ForgetExpiredAsync(DateTimeOffset now, CancellationToken cancellation) =>
        Table is SqliteTable file ? file.ForgetExpiredAsync(now, cancellation) : Task.CompletedTask;

    public void Dispose() => Owner?.Dispose();

    private static bool IsWritableFile(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return true;
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    private static OpenTable Of(string address, SqliteTable table) => new(address, table, table)
    {
        Who = static _ => Task.FromResult<OperatorIdentity?>(new OperatorIdentity(Environment.UserName, IsProven: true)),
    };

    private static OpenTable? Cloud(string address) =>
        address.StartsWith(Dynamo, StringComparison.OrdinalIgnoreCase) ? OfDynamo(address)
        : address.StartsWith(Azure, StringComparison.OrdinalIgnoreCase) ? OfAzure(address)
        : null;

    private static OpenTable OfDynamo(string address)
    {
        var (name, query) = Split(address, Dynamo);
        if (!DynamoName().IsMatch(name))
        {
            throw None(address);
        }

        var region = query("region") ?? Environment.GetEnvironmentVariable("AWS_REGION")
            ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION")
            ?? throw new TableFileException($"{address}: no region: add ?region=REGION, or set AWS_REGION");
        var (endpoint, credentials) = (Endpoint(address, query), CredentialSources.Of(Environment.GetEnvironmentVariable, region));
        var client = DynamoClient.Create(region, endpoint, credentials);
        var table = new OpenTable(address, new DynamoTable(client, name, TimeProvider.System, new Backoff(Random.Shared.NextDouble)),
            client);
        return endpoint is { IsLoopback: true }
            ? table
            : table with { Who = async cancellation =>
                OperatorIdentity.OfArn(await CallerIdentity.ArnAsync(region, credentials, cancellation)) };
    }

    private static OpenTable OfAzure(string address)
    {
        var (path, query) = Split(address, Azure);
        var parts = path.Split('/');
        if (parts is not [var account, var name] || !AzureAccount().IsMatch(account) || !AzureName().IsMatch(name))
        {
            throw None(address);
        }

        // An emulator on this machine takes its well-known key and nothing else; everything real is reached by identity.
        var endpoint = Endpoint(address, query);
        var client = endpoint is null
            ? new TableClient(new Uri($"https://{account}.table.core.windows.net"), name, new DefaultAzureCredential())
            : endpoint.IsLoopback && Environment.GetEnvironmentVariable("GUARD_STORAGE_CONNECTION") is { Length: > 0 } emulator
                ? new TableClient(emulator, name)
            : new TableClient(endpoint, name, new DefaultAzureCredential());
        var table = new OpenTable(address, new AzureTable(client), null);
        return endpoint is { IsLoopback: true } ? table : table with { Who = EntraAsync };
    }

    private static async Task<OperatorIdentity?> EntraAsync(CancellationToken cancellation)
    {
        try
        {
            return OperatorIdentity.OfToken(
                (await new DefaultAzureCredential().GetTokenAsync(new TokenRequestContext([StorageScope]), cancellation)).Token);
        }
        catch (AuthenticationFailedException)
        {
            return null;
        }
    }

    private static (string Path, Func<string, string?> Query) Split(string address, string scheme)
    {
        var rest = address[scheme.Length..];
        var cut = rest.IndexOf('?', StringComparison.Ordinal);
        var query = HttpUtility.ParseQueryString(cut < 0 ? string.Empty : rest[(cut + 1)..]);
        return (cut < 0 ? rest : rest[..cut], name => query[name]);
    }

    private static Uri? Endpoint(string address, Func<string, string?> query) => query("endpoint") switch
    {
        null => null,
        var text when Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || uri is { Scheme: "http", IsLoopback: true }) => uri,
        _ => throw new TableFileException($"{address}: the endpoint must be an https address (http only for this machine)"),
    };

    private static string Path(string address) =>
        address.StartsWith(File, StringComparison.OrdinalIgnoreCase) && address.Length > File.Length
            ? address[File.Length..]
            : throw None(address);

    private static TableFileException None(string address) => new($"{address}: not a table; expected {Forms}");

    /// <summary>API reference, CreateTable.</summary>
    [GeneratedRegex("^[a-zA-Z0-9_.-]{3,255}$")]
    private static partial Regex DynamoName();

    [GeneratedRegex("^[a-z0-9]{3,24}$")]
    private static partial Regex AzureAccount();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,62}$")]
    private static partial Regex AzureName();
}
