using ServerlessGuard.Aws.Api;
using ServerlessGuard.Aws.Runtime;
using ServerlessGuard.Evaluations;
using ServerlessGuard.Facts;
using ServerlessGuard.Facts.Aws;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Needs;

/// <summary>
/// What the verdicts on one resource need beside it, by the kind of facts that wait: read from Config's inventory and, where no item carries it, from the service. Kept
/// for a minute, since a burst of events asks for the same account again and again.
/// </summary>
/// <remarks>What cannot be read is missing: the core says InsufficientData then, which changes no finding.</remarks>
public sealed class Neighbourhood(ConfigInventory inventory, LiveReader live, Assessor assessor, NeighbourCache cache, Log log, Metrics metrics)
{
    private const string Role = "AWS::IAM::Role";
    private const string ManagedPolicy = "AWS::IAM::Policy";

    /// <summary>Each once.</summary>
    /// <param name="resource">What is judged.</param>
    /// <param name="own">What it gave by itself.</param>
    /// <param name="cancellation">Ends the reads.</param>
    public async Task<IReadOnlyList<Resource>> OfAsync(Resource resource, Assessment own, CancellationToken cancellation)
    {
        if (own.Waiting.Count == 0)
        {
            return [];
        }

        var found = new Dictionary<(string, string), Resource>();
        foreach (var waiting in own.Waiting)
        {
            foreach (var neighbour in await ForAsync(waiting, resource.Ref, cancellation))
            {
                if (neighbour.Ref.Key != resource.Ref.Key || neighbour.Ref.NativeType != resource.Ref.NativeType)
                {
                    found[(neighbour.Ref.NativeType, neighbour.Ref.Key)] = neighbour;
                }
            }
        }

        return [.. found.Values];
    }

    /// <summary>The table: facts that wait → what they wait for. What lies beside the resource is asked for in its region; IAM's items are in the Config of ours.</summary>
    internal async Task<IEnumerable<Resource>> ForAsync(JoinedFacts waiting, ResourceRef resource, CancellationToken cancellation)
    {
        if (ResourceRegion.OfConfig(resource) is not { } region)
        {
            return [];
        }

        return waiting switch
        {
            S3AccessJoin or AccountBoundaryJoin when resource.Account is { } account => await BlockAsync(account, cancellation),
            BucketLogJoin log when resource.Account is { } account =>
            [
                .. await TrailsAsync(region, account, cancellation),
                .. await SelectAsync(
                    region, $"resourceType = 'AWS::S3::Bucket' AND supplementaryConfiguration.BucketLoggingConfiguration.destinationBucketName = {ConfigInventory.Quoted(log.Bucket)}", cancellation),
            ],
            AuditTrailJoin or AccountAuditTrailJoin when resource.Account is { } account => await TrailsAsync(region, account, cancellation),
            SecurityGroupJoin group => await AroundGroupAsync(region, group, resource.Account, cancellation),
            RdsNetworkJoin { Groups: { IsEmpty: false } groups } =>
                await SelectAsync(region, $"resourceType = 'AWS::EC2::SecurityGroup' AND resourceId IN {ConfigInventory.Listed(groups)}", cancellation),
            LambdaPrivilegeJoin { Role: { } role } => await RoleAsync(role, cancellation),
            FederatedTrustJoin trust => await ProvidersAsync(trust, cancellation),
            UserJoin user => await AroundUserAsync(user, cancellation),
            _ => [],
        };
    }

    private async Task<IReadOnlyList<Resource>> BlockAsync(string account, CancellationToken cancellation)
    {
        var items = await SelectAsync(AwsRegion.Home, $"resourceType = 'AWS::S3::AccountPublicAccessBlock' AND accountId = {ConfigInventory.Quoted(account)}", cancellation);
        return items.Count > 0 ? items : await ReadAsync("block " + account, async () => [await live.AccountBlockAsync(account, cancellation)]);
    }

    /// <summary>Trails of our region and of the resource's: one of all regions is recorded in the region that it was made in.</summary>
    private async Task<IReadOnlyList<Resource>> TrailsAsync(AwsRegion region, string account, CancellationToken cancellation)
    {
        var near = inventory.Near(region);
        var trails = await TrailsInAsync(AwsRegion.Home, account, cancellation);
        return near == AwsRegion.Home ? trails : [.. trails, .. await TrailsInAsync(near, account, cancellation)];
    }

    private Task<IReadOnlyList<Resource>> TrailsInAsync(AwsRegion region, string account, CancellationToken cancellation) => ReadAsync($"{region} trails {account}", async () =>
    {
        var trails = new List<Resource>();
        foreach (var trail in await inventory.SelectAsync(region, $"resourceType = 'AWS::CloudTrail::Trail' AND accountId = {ConfigInventory.Quoted(account)}", cancellation))
        {
            trails.Add(await live.WithTrailStatusAsync(trail, cancellation));
        }

        return trails;
    });

    private async Task<IEnumerable<Resource>> AroundGroupAsync(AwsRegion region, SecurityGroupJoin group, string? account, CancellationToken cancellation)
    {
        var around = new List<Resource>();
        foreach (var list in group.Ingress.SelectMany(rule => rule.PrefixLists).Distinct(StringComparer.Ordinal))
        {
            around.AddRange(await ReadAsync($"{region} prefix list {list}", async () => [await live.PrefixListAsync(region, list, account, cancellation)]));
        }

        if (group is { Attached: false, GroupId: { } id })
        {
            around.AddRange(await SelectAsync(region, $"resourceType = 'AWS::EC2::NetworkInterface' AND relationships.resourceId = {ConfigInventory.Quoted(id)}", cancellation));
        }

        return around;
    }

    private async Task<IEnumerable<Resource>> RoleAsync(string arn, CancellationToken cancellation)
    {
        var roles = await SelectAsync(AwsRegion.Home, $"resourceType = '{Role}' AND arn = {ConfigInventory.Quoted(arn)}", cancellation);
        var facts = roles.SelectMany(role => assessor.Assess(role).Neighbours).OfType<RoleFacts>().ToList();
        return roles.Concat(await PoliciesAsync(facts.SelectMany(role => role.Boundary is { } boundary ? [.. role.CustomerPolicies, boundary] : role.CustomerPolicies), cancellation));
    }

    private async Task<IReadOnlyList<Resource>> PoliciesAsync(IEnumerable<string> arns, CancellationToken cancellation)
    {
        var customer = arns.Where(arn => !PolicyPower.IsAwsManaged(arn)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return customer.Count == 0 ? [] : await SelectAsync(AwsRegion.Home, $"resourceType = '{ManagedPolicy}' AND arn IN {ConfigInventory.Listed(customer)}", cancellation);
    }

    private async Task<IEnumerable<Resource>> ProvidersAsync(FederatedTrustJoin trust, CancellationToken cancellation)
    {
        var arns = trust.Statements.SelectMany(statement => statement.Principals).Select(principal => principal.Value)
            .Where(value => value.StartsWith("arn:", StringComparison.Ordinal) && value.Contains(":oidc-provider/", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).ToList();
        return arns.Count == 0 ? [] : await SelectAsync(AwsRegion.Home, $"resourceType = 'AWS::IAM::OIDCProvider' AND arn IN {ConfigInventory.Listed(arns)}", cancellation);
    }

    private async Task<IEnumerable<Resource>> AroundUserAsync(UserJoin user, CancellationToken cancellation)
    {
        if ((user.UserName ?? user.Subject.Name) is not { } name)
        {
            return [];
        }

        // Credentials change without a new item of the user: they are always read.
        var about = user.Subject with { Id = user.Arn ?? user.Subject.Id };
        var around = new List<Resource>(await ReadAsync(null, async () => user.Wanted switch
        {
            FactsKind.ModelKey => await live.ServiceCredentialsAsync(about, name, cancellation),
            _ => await live.CredentialsAsync(about, name, cancellation) is { } row ? [row] : [],
        }));
        if (!user.Groups.IsEmpty)
        {
            around.AddRange(await SelectAsync(AwsRegion.Home, $"resourceType = 'AWS::IAM::Group' AND resourceName IN {ConfigInventory.Listed(user.Groups)}", cancellation));
        }

        var groups = around.SelectMany(group => assessor.Assess(group).Neighbours).OfType<GroupFacts>().SelectMany(group => group.CustomerPolicies);
        around.AddRange(await PoliciesAsync(user.CustomerPolicies.Concat(groups), cancellation));
        return around;
    }

    private Task<IReadOnlyList<Resource>> SelectAsync(AwsRegion region, string where, CancellationToken cancellation) =>
        ReadAsync($"{region} {where}", () => inventory.SelectAsync(inventory.Near(region), where, cancellation));

    /// <param name="key">Where it is kept; null: it is not.</param>
    /// <param name="read">What reads it.</param>
    private async Task<IReadOnlyList<Resource>> ReadAsync(string? key, Func<Task<IReadOnlyList<Resource>>> read)
    {
        try
        {
            return key is null ? await read() : await cache.GetAsync(key, read);
        }
        catch (CloudCallException fault)
        {
            metrics.Count("NeighbourFailures");
            log.Write(LogLevel.Warn, "a neighbour could not be read: verdicts that need it are InsufficientData", ("code", fault.Code), ("detail", Log.Line(fault)));
            return [];
        }
    }
}
