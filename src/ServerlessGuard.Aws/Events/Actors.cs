using System.Collections.Immutable;
using ServerlessGuard.Documents;
using ServerlessGuard.Remediation;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Aws.Events;

/// <summary>
/// Who made a call, from CloudTrail's userIdentity. The roles that we fix under are ourselves: our own change is never an attacker's.
/// </summary>
public sealed class Actors(ImmutableHashSet<string> ownRoles)
{
    /// <remarks>CloudTrail user guide, "userIdentity element".</remarks>
    public string? Of(Doc identity)
    {
        var role = identity["sessionContext", "sessionIssuer", "arn"].NonEmpty;
        var session = identity["arn"].NonEmpty;
        return IsOwn(role) || IsOwn(session)
            ? Remedy.Own
            : session ?? role ?? identity["invokedBy"].NonEmpty ?? identity["principalId"].NonEmpty;
    }

    /// <summary><c>arn:aws:iam::1:role/path/name</c> or <c>arn:aws:sts::1:assumed-role/name/session</c>.</summary>
    private bool IsOwn(string? principal)
    {
        if (!Arn.TryParse(principal, out var arn))
        {
            return false;
        }

        var parts = arn.Rest.Split('/');
        return parts switch
        {
            ["role", .., var name] => ownRoles.Contains(principal!) || ownRoles.Contains(name),
            ["assumed-role", var name, ..] =>
                ownRoles.Any(own => own == name
                    || Arn.TryParse(own, out var mine) && mine.Account == arn.Account && mine.Rest.Split('/')[^1] == name),
            _ => false,
        };
    }
}
