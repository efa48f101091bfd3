using System.Text.Json.Nodes;
using ServerlessGuard.Azure.Arm;
using ServerlessGuard.Documents;
using ServerlessGuard.Engine;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Azure;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Azure.Remediators;

/// <summary>
/// SG-COMP-003: the administrator roles that the app's identities hold at the whole subscription are taken from them; undo assigns them
/// under the same names, except those that are never given back.
/// </summary>
public sealed class RemoveAdministratorRights(IArm arm, AzureRemediatorOptions options) : ArmRemediator(arm)
{
    private const string Held = "assignments";
    private const string Inherited = "inherited";
    private const string Properties = "properties";

    public override RemediatorDescriptor Descriptor => RemediationCatalog.Azure.RemoveAdministratorRights;

    protected override async Task<Live?> SliceAsync(Finding finding, CancellationToken cancellation)
    {
        if (await Arm.FindAsync(finding.Resource.Id, Version(finding), cancellation) is not { } site
            || ArmId.Subscription(finding.Resource.Id) is not { } subscription)
        {
            return null;
        }

        var principals = await PrincipalsAsync(new Doc(site.Body)["identity"], cancellation);
        var held = new List<JsonObject>();
        var inherited = 0;
        await foreach (var assignment in RoleAssignments.ListAsync(Arm, subscription, cancellation))
        {
            if (!principals.Contains(assignment.Principal) || !assignment.IsBroad || !await IsAdministratorAsync(assignment, cancellation))
            {
                continue;
            }

            if (ArmId.Subscription(assignment.Subject.Id) is null)
            {
                inherited++;
            }
            else if (await Arm.FindAsync(assignment.Subject.Id, ArmApiVersions.RoleAssignments, cancellation) is { } found)
            {
                held.Add(new JsonObject
                    { ["id"] = ArmId.Normal(assignment.Subject.Id),
                        [Properties] = found.Node().Properties().Only(RoleAssignments.Written) });
            }
        }

        return new Live(new JsonObject
            { [Held] = new JsonArray([.. held.OrderBy(one => one.Text("id"), StringComparer.OrdinalIgnoreCase)]),
                [Inherited] = inherited });
    }

    protected override Desired Desire(JsonObject live, Finding finding)
    {
        var held = live.Objects(Held).ToList();
        if (held.Count == 0)
        {
            return live[Inherited]!.GetValue<int>() > 0
                ? new Desired.Refuse(
                    "the role is inherited from a management group: it reaches other subscriptions too, so its owner has to decide")
                : new Desired.Nothing();
        }

        if (options.IsOwnSite(finding.Resource.Id))
        {
            return new Desired.Refuse("this is our own function app: infra/azure decides about its roles");
        }

        var roles = string.Join(", ", held.Select(one => Role(one.Properties())).Distinct(StringComparer.Ordinal));
        return new Desired.Change(
            live.With(Held, new JsonArray()),
            $"Take {DocText.Shown(roles)} at the subscription from the identities of function app {Shown(finding)}; whatever else uses "
                + $"these identities loses it too.{RoleAssignments.Warning(held.Select(one => one.Properties()))}",
            string.Join("; ", held.Select(one => Call(HttpMethod.Delete, one.Text("id")!, ArmApiVersions.RoleAssignments))));
    }

    protected override async Task ChangeAsync(Finding finding, Live from, JsonObject to, CancellationToken cancellation)
    {
        // Before anything is written: a state that cannot be reached is not begun.
        var again = Missing(to, from.Slice).Select(one => (Id: one.Text("id")!, Body: RoleAssignments.Body(one.Properties()))).ToList();
        foreach (var one in Missing(from.Slice, to))
        {
            await Arm.WriteAsync(new ArmWrite(HttpMethod.Delete, one.Text("id")!, ArmApiVersions.RoleAssignments, null), cancellation);
        }

        foreach (var (id, body) in again)
        {
            await Arm.WriteAsync(new ArmWrite(HttpMethod.Put, id, ArmApiVersions.RoleAssignments, body.ToJsonString()), cancellation);
        }
    }

    private static IEnumerable<JsonObject> Missing(JsonObject here, JsonObject there) =>
        here.Objects(Held).Where(one => !there.Objects(Held).Any(other => JsonNode.DeepEquals(one, other)));

    /// <summary>Named in the site's own answer; of user-assigned identities that it only lists, in theirs.</summary>
    private async Task<HashSet<string>> PrincipalsAsync(Doc identity, CancellationToken cancellation)
    {
        var principals = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (identity["principalId"].NonEmpty is { } own)
        {
            principals.Add(own);
        }

        foreach (var (id, value) in identity["userAssignedIdentities"].Properties())
        {
            if (options.Spared.Has(id))
            {
                throw new CloudCallException("OwnResource",
                    $"the app runs under identity {DocText.Shown(ArmId.Name(id))}, whose roles must not be changed: {OwnResources.Reason}",
                    isTransient: false);
            }

            var principal = value["principalId"].NonEmpty;
            if (principal is null && ArmPath.IsSound(id)
                && await Arm.FindAsync(id, ArmApiVersions.Of("Microsoft.ManagedIdentity/userAssignedIdentities")!, cancellation) is
                    { } found)
            {
                principal = new Doc(found.Body)["properties", "principalId"].NonEmpty;
            }

            if (principal is not null)
            {
                principals.Add(principal);
            }
        }

        return principals;
    }

    /// <summary>
    /// By the same words as the rule: a condition confines all but Owner and Contributor, a custom role is what its definition lets it.
    /// </summary>
    private async Task<bool> IsAdministratorAsync(RoleAssignmentFacts assignment, CancellationToken cancellation)
    {
        var role = assignment.RoleDefinitionId;
        if (assignment.IsConditional && !BuiltInRoles.IgnoresConditions(role) || BuiltInRoles.IsKnownLimited(role))
        {
            return false;
        }

        if (BuiltInRoles.Administrator(role) is not null)
        {
            return true;
        }

        if (!ArmPath.IsSound(role) || await Arm.FindAsync(role, ArmApiVersions.RoleAssignments, cancellation) is not { } definition)
        {
            return false;
        }

        var document = new Doc(definition.Body);
        var facts = new List<SubjectFacts>();
        new RoleDefinitionReader().Read(
            new Resource { Ref = assignment.Subject with { NativeType = "Microsoft.Authorization/roleDefinitions", Id = role },
                Document = document, Configuration = document["properties"] },
            new FactContext(GuardSettings.Default, default),
            facts);
        return facts.OfType<RoleDefinitionFacts>().Any(known => known.ChangesAccess.Value is true);
    }

    private static string Role(JsonObject assignment) => assignment.Text("roleDefinitionId") is { } role
        ? BuiltInRoles.Administrator(role) ?? "role " + BuiltInRoles.Guid(role)
        : "a role";
}
