using ServerlessGuard.Tables;

namespace ServerlessGuard.Exemptions;

/// <summary>
/// The exemptions that count in an account: those of guard.yaml and those that people gave from chat, a page or the command line.
/// </summary>
public sealed class ExemptionReader(ITable table, IReadOnlyList<Exemption> fromFile)
{
    public IReadOnlyList<Exemption> FromFile => fromFile;

    public async Task<IReadOnlyList<Exemption>> OfAsync(string partition, CancellationToken cancellation)
    {
        var prefix = ExemptionRows.Key(string.Empty);
        List<Exemption>? given = null;
        await foreach (var row in table.QueryAsync(partition, prefix, RowKeys.After(prefix), limit: null, cancellation))
        {
            (given ??= [.. fromFile]).Add(ExemptionRows.Read(row));
        }

        return given ?? fromFile;
    }
}
