using System.Text.Json.Nodes;
using ServerlessGuard.Simulators.Azure.Subscription;

namespace ServerlessGuard.Lab.Azure.Seed;

/// <summary>A mistake that somebody makes in the simulated subscription: one call to ARM.</summary>
/// <param name="Verb">What the lab's command line calls it.</param>
/// <param name="RuleId">The rule that it breaks.</param>
/// <param name="Method">PATCH or PUT.</param>
/// <param name="Id">The resource that is written.</param>
/// <param name="Body">JSON.</param>
public sealed record Breakage(string Verb, string RuleId, string Method, string Id, string Body)
{
    /// <summary>The account may be public again; no container is.</summary>
    public static Breakage AllowBlobPublicAccess { get; } = new(
        "allow-blob-public-access", "SG-STOR-003", "PATCH", SeedSubscription.Storage, """{"properties":{"allowBlobPublicAccess":true}}""");

    /// <summary>
    /// Anybody may read and list a container, as soon as its account's switch and network let them; until then it is SG-STOR-001/latent.
    /// </summary>
    public static Breakage OpenContainer { get; } = new(
        "open-container", "SG-STOR-001", "PATCH", SeedSubscription.Container("training"), """{"properties":{"publicAccess":"Container"}}""");

    /// <summary>The account's network takes everybody.</summary>
    public static Breakage OpenStorageNetwork { get; } = new(
        "open-storage-network", "SG-STOR-006", "PATCH", SeedSubscription.Storage, """{"properties":{"networkAcls":{"defaultAction":"Allow"}}}""");

    public static Breakage OpenSsh { get; } = new(
        "open-ssh",
        "SG-NET-001",
        "PUT",
        SeedSubscription.Nsg + "/securityRules/ssh-anywhere",
        """
        {"properties":{"protocol":"Tcp","sourcePortRange":"*","destinationPortRange":"22","sourceAddressPrefix":"*","destinationAddressPrefix":"*",
        "access":"Allow","priority":105,"direction":"Inbound","sourcePortRanges":[],"destinationPortRanges":[],"sourceAddressPrefixes":[],"destinationAddressPrefixes":[]}}
        """);

    /// <summary>Any workflow of any repository on GitHub can be the deployer.</summary>
    public static Breakage WildcardSubject { get; } = new(
        "wildcard-subject",
        "SG-ID-003",
        "PUT",
        SeedSubscription.Credential,
        """
        {"properties":{"issuer":"https://token.actions.githubusercontent.com","audiences":["api://AzureADTokenExchange"],
        "claimsMatchingExpression":{"value":"claims['sub'] matches 'repo:*'","languageVersion":1}}}
        """);

    /// <summary>The model endpoint accepts API keys again.</summary>
    public static Breakage LocalAuth { get; } = new(
        "local-auth", "SG-AI-004", "PATCH", SeedSubscription.Model, """{"properties":{"disableLocalAuth":false}}""");

    public static IReadOnlyList<Breakage> All
        { get; } = [AllowBlobPublicAccess, OpenContainer, OpenStorageNetwork, OpenSsh, WildcardSubject, LocalAuth];

    /// <summary>
    /// Does it, as a person would. Throws <see cref="InvalidOperationException"/> when the simulated ARM refuses: the lab's own data is
    /// wrong then.
    /// </summary>
    public void Apply(ArmServer arm, LabIdentity? by = null)
    {
        var answer = arm.Act(by ?? LabIdentity.Person, Method, Id, JsonNode.Parse(Body)!.AsObject());
        if (answer.Status is < 200 or > 299)
        {
            throw new InvalidOperationException($"{Verb} was refused: {answer.Status} {answer.Body}");
        }
    }
}
