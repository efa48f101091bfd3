using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;
using ServerlessGuard.Tables;
using ServerlessGuard.Tests.Federation;
using ServerlessGuard.Tests.Findings;

namespace ServerlessGuard.Chat.Tests.Attacks;

/// <content>What it writes.</content>
internal sealed partial class Attacker
{
    private Command Command()
    {
        var target = Target();
        var kind = Rarely(30) ? (CommandKind)random.Next(0, 12) : (CommandKind)random.Next(1, 9);
        var known = Rarely(6) ? owner.Table.Rows.Where(row => row.Kind is RowKind.Command && row.Partition == Some.Partition).Select(row => row.Key[2..]).ToList() : [];
        var isDone = Rarely(6);
        var issued = owner.Time.Now + TimeSpan.FromMinutes(Rarely(6) ? random.Next(-3000, 60) : 0);
        return new Command
        {
            Id = known.Count > 0 ? Pick(known) : Hex(),
            Kind = kind,
            Partition = Rarely(6) ? Pick(Partitions) : kind is CommandKind.Stop or CommandKind.Resume or CommandKind.Sweep ? RowKeys.Deployment(Provider.Aws) : Some.Partition,
            FindingId = Rarely(12) ? null : target.Id,
            PlanId = Rarely(6) ? Target().Treatment?.Plan?.Id : target.Treatment?.Plan?.Id,
            Revision = Rarely(5) ? Revision(target.Revision) : target.Revision,
            Severity = Rarely(8) ? Severity() : target.Severity,
            Evidence = Rarely(8) ? Hex() : Weakness.Of(target).Digest(),
            Exemption = kind is CommandKind.Exempt or CommandKind.Revoke || Rarely(6) ? Exemption(target) : null,
            WhileStopped = Rarely(2),
            Reason = Pick([null, "maintenance", "<!channel> all is well"]),
            By = Pick(People),
            IssuedIn = Rarely(6) ? (Provider)random.Next(0, 3) : Provider.Azure,
            IssuedAt = issued,
            ExpiresAt = issued + TimeSpan.FromHours(random.Next(1, 100)),
            State = isDone ? (CommandState)random.Next(0, 6) : CommandState.Pending,
            Outcome = isDone ? "done" : null,
            FinishedAt = isDone ? owner.Time.Now : null,
            Question = Rarely(4) ? new Question(target.Revision, target.Treatment?.Plan?.Id, 7, owner.Time.Now, "kim") : null,
        };
    }

    private Exemption Exemption(Finding target)
    {
        var held = owner.Table.Rows.Where(row => row.Kind is RowKind.Exemption && row.Partition == Some.Partition).Select(ExemptionRows.Read).ToList();
        return Rarely(3) && held.Count > 0
            ? Pick(held) with { Revision = Revision(held[0].Revision), RevokedAt = Rarely(2) ? owner.Time.Now : null, ExpiresAt = owner.Time.Now.AddDays(random.Next(-1, 4000)) }
            : new Exemption
            {
                Id = Rarely(8) ? "../" + Hex() : Hex(),
                RuleId = Rarely(4) ? null : Rarely(6) ? "SG" : target.RuleId,
                ResourceId = Rarely(4) ? null : target.Resource.Id,
                Account = Rarely(2) ? null : Some.Account,
                FindingId = Rarely(2) ? null : target.Id,
                Tag = Rarely(8) ? "name" : null,
                MaxSeverity = Rarely(3) ? Severity() : null,
                Category = (ExemptionCategory)random.Next(1, 3),
                Reason = "known",
                RequestedBy = "kim",
                ApprovedBy = "kim",
                ExpiresAt = owner.Time.Now.AddDays(Rarely(6) ? random.Next(-1, 4000) : random.Next(1, 7)),
                Revision = Revision(1),
            };
    }

    private Control Control() => new() { Stopped = Rarely(2), ByPeer = Rarely(2), By = "kim", FirstSeen = owner.Time.Now.AddDays(-100), At = owner.Time.Now, Revision = Revision(3) };

    /// <summary>The owner's own, further than it is; or the same of the attacker's own account.</summary>
    private TableRow FindingOrStep()
    {
        var target = Target();
        var resource = Rarely(2) ? target.Resource
            : Rarely(2) ? Crossing.Storage(target.Resource.Name!)
            : target.Resource with { Provider = Provider.Azure, Account = TwoClouds.Subscription };
        var forged = target with
        {
            Id = Rarely(6) ? target.Id : FindingId.Of(target.RuleId, resource),
            Resource = resource,
            Status = (FindingStatus)random.Next(0, 5),
            Severity = Severity(),
            Revision = Revision(target.Revision),
            ExemptionId = Rarely(2) ? Hex() : target.ExemptionId,
            NeverTouch = Rarely(2),
            CapturedAt = owner.Time.Now.AddDays(Rarely(4) ? 5000 : 0),
            Treatment = target.Treatment is null ? null : target.Treatment with { State = (TreatmentState)random.Next(0, 15), Approvals = ["slack:" + AttackedOwner.Kim], By = "kim" },
        };
        var partition = Rarely(6) ? Pick(Partitions) : RowKeys.Partition(resource);
        if (Rarely(2))
        {
            return FindingRows.Row(partition, forged, version: null);
        }

        var step = FindingChange.Of(target, forged, (FindingStep)random.Next(0, 24), owner.Time.Now, owner.Time.Now, "kim", "approved").Event;
        return FindingRows.Row(partition, FindingKeys.History(step), step);
    }
}
