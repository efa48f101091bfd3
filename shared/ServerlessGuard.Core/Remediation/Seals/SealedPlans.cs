using System.Text.Json;
using ServerlessGuard.Findings;
using ServerlessGuard.Tables;

namespace ServerlessGuard.Remediation.Seals;

/// <summary>
/// The rows that only the remediating identity may write, and that count only under its seal. Verified whenever they are read: what comes
/// out of here was made by this deployment, for this finding.
/// </summary>
/// <param name="table">In DynamoDB the table of the findings, whose partitions that begin with <see cref="RowKeys.SealedPrefix"/> are the
/// remediator's; in Azure a table of its own.</param>
/// <param name="refused">Called for every plan that was refused and might be an attack: the host's metric <see cref="Metric"/>.</param>
public sealed class SealedPlans(ITable table, ISealer sealer, Action<SealFault>? refused = null)
{
    public const string Metric = "SealRefused";

    /// <summary>The plan of this id that was made for this finding.</summary>
    public async Task<HeldPlan> FindAsync(Finding finding, string planId, CancellationToken cancellation)
    {
        if (await table.FindAsync(Partition(finding), SealRows.Key(finding, planId), cancellation) is not { } row)
        {
            return new HeldPlan(null, SealFault.Missing, null);
        }

        if (await WholeAsync(Read(row), cancellation) is not { } plan
            || !await sealer.VerifyAsync(SealContent.Of(plan), plan.Seal, cancellation))
        {
            return new HeldPlan(null, SealFault.Altered, row.Version);
        }

        return IsOf(plan, finding, planId) ? new HeldPlan(plan, null, row.Version) : new HeldPlan(null, SealFault.Foreign, row.Version);
    }

    /// <summary>Seals the plan's next state and stores it, with what must move with it. False: another was there first.</summary>
    public async Task<bool> WriteAsync(HeldPlan held, SealedPlan next, CancellationToken cancellation,
        params IReadOnlyList<TableWrite> more)
    {
        next = next with { Revision = (held.Plan?.Revision ?? 0) + 1 };
        next = next with { Seal = await sealer.SealAsync(SealContent.Of(next), cancellation) };
        var partition = RowKeys.Sealed(RowKeys.Partition(next.Resource));
        var stored = await ApartAsync(partition, held, next, cancellation);
        return await table.CommitAsync(partition, [TableWrite.Guarded(SealRows.Row(partition, stored, held.Version)), .. more],
            cancellation);
    }

    /// <summary>The same, unless it is stored like that already: after a kill in between.</summary>
    public async Task<bool> EnsureAsync(HeldPlan held, SealedPlan next, CancellationToken cancellation) =>
        held.Plan is { } plan && plan.Says(next) || await WriteAsync(held, next, cancellation);

    /// <summary>The breaker's counter, which lies with the plans: whoever can write findings cannot set it back.</summary>
    public async Task<(BreakerCount Count, string Key, string? Version)> CountAsync(Finding finding, DateTimeOffset now,
        CancellationToken cancellation)
    {
        var key = BreakerRows.Key(finding.RuleId, now);
        var row = await table.FindAsync(Partition(finding), key, cancellation);
        return (BreakerRows.Read(row), key, row?.Version);
    }

    public static TableWrite Counted(Finding finding, BreakerCount count, string key, string? version, DateTimeOffset now) =>
        TableWrite.Guarded(BreakerRows.Row(Partition(finding), key, count, now, version));

    /// <summary>Whether people were told within this hour that a plan of the finding was refused.</summary>
    public async Task<bool> IsToldAsync(Finding finding, DateTimeOffset now, CancellationToken cancellation) =>
        await table.FindAsync(Partition(finding), SealRows.Refusal(finding, now), cancellation) is not null;

    public Task ToldAsync(Finding finding, DateTimeOffset now, CancellationToken cancellation) => table.CommitAsync(
        Partition(finding),
        [new TableWrite.Put(SealRows.Refused(Partition(finding), finding, now))],
        cancellation);

    /// <summary>Counts what was refused, where it may be an attack.</summary>
    public void Refuse(SealFault fault)
    {
        if (fault.IsAlarming())
        {
            refused?.Invoke(fault);
        }
    }

    /// <summary>
    /// What is too large for the row goes first, by itself: the same plan has the same parts, however often they are written.
    /// </summary>
    private async Task<SealedPlan> ApartAsync(string partition, HeldPlan held, SealedPlan next, CancellationToken cancellation)
    {
        if (!PlanParts.AreNeeded(next.Plan))
        {
            return next with { Parts = null };
        }

        var parts = PlanParts.Pack(next.Plan);
        if (held.Plan?.Parts is null)
        {
            foreach (var write in PlanParts.Writes(partition, next, parts))
            {
                await table.CommitAsync(partition, [write], cancellation);
            }
        }

        var bytes = System.Text.Encoding.UTF8.GetByteCount(next.Plan.Before) + System.Text.Encoding.UTF8.GetByteCount(next.Plan.After);
        return next with
            { Parts = new PlanParts(parts.Length, bytes), Plan = next.Plan with { Before = string.Empty, After = string.Empty } };
    }

    private async Task<SealedPlan?> WholeAsync(SealedPlan? plan, CancellationToken cancellation)
    {
        if (plan?.Parts is not { } parts)
        {
            return plan;
        }

        var partition = RowKeys.Sealed(RowKeys.Partition(plan.Resource));
        var documents = new List<string>();
        for (var i = 0; i < Math.Min(parts.Rows, ITable.MaxWrites); i++)
        {
            if (await table.FindAsync(partition, SealRows.Part(plan.Resource, plan.RuleId, plan.Plan.Id, i), cancellation) is not { } row)
            {
                return null;
            }

            documents.Add(row.Document);
        }

        return PlanParts.Unpack(documents) is var (before, after)
            ? plan with { Plan = plan.Plan with { Before = before, After = after } }
            : null;
    }

    private static string Partition(Finding finding) => RowKeys.Sealed(RowKeys.Partition(finding.Resource));

    private static SealedPlan? Read(TableRow row)
    {
        try
        {
            return row.Kind is RowKind.Seal && SealRows.Read(row) is var plan && plan.Approvals.All(static approval => approval is not null)
                ? plan
                : null;
        }
        catch (Exception garbage) when (garbage is JsonException or InvalidDataException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool IsOf(SealedPlan plan, Finding finding, string planId) =>
        plan.Plan.Id == planId && plan.FindingId == finding.Id && plan.RuleId == finding.RuleId
        && plan.Remediation == finding.Remediation && plan.Resource.Provider == finding.Resource.Provider
        && plan.Resource.Key == finding.Resource.Key && plan.Resource.Account == finding.Resource.Account
        && plan.Resource.NativeType.Equals(finding.Resource.NativeType, StringComparison.OrdinalIgnoreCase);
}
