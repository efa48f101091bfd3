namespace ServerlessGuard.Simulators.Azure.Subscription;

/// <summary>Somebody who can act on the simulated subscription.</summary>
/// <param name="Name">For messages, and the claim <c>name</c> of a person.</param>
/// <param name="ClientId">The application's id; of a managed identity.</param>
/// <param name="ObjectId">The principal's id.</param>
/// <param name="MayWrite">Whether its role has any write.</param>
/// <param name="IsPerson">A user, who has a UPN and no managed identity.</param>
public sealed record LabIdentity(string Name, string ClientId, string ObjectId, bool MayWrite, bool IsPerson = false)
{
    public const string Tenant = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";

    /// <summary>What the scanner runs as: reads, never writes.</summary>
    public static LabIdentity Reader
        { get; } = new("guard-reader", "99999999-0000-0000-0000-0000000000a1", "99999999-0000-0000-0000-0000000000b1", MayWrite: false);

    /// <summary>What the remediators run as.</summary>
    public static LabIdentity Fixer
        { get; } = new("guard-fixer", "99999999-0000-0000-0000-0000000000a2", "99999999-0000-0000-0000-0000000000b2", MayWrite: true);

    /// <summary>A person who makes mistakes.</summary>
    public static LabIdentity Person
        { get; } = new("Mallory Lindqvist", "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "99999999-0000-0000-0000-0000000000c1", MayWrite: true,
            IsPerson: true);

    public string UserPrincipalName => Name.ToLowerInvariant().Replace(' ', '.') + "@northwind.example";
}
