using System.Xml.Linq;
using ServerlessGuard.Simulators.Aws.Account;
using ServerlessGuard.Simulators.Crossing;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>STS: who am I, and a signed word for it to somebody outside.</summary>
/// <param name="account">Whose.</param>
/// <param name="outbound">Signs web identity tokens; null: outbound federation is not enabled in the account.</param>
/// <param name="role">The subject of those tokens.</param>
public sealed class StsApi(SimulatedAccount account, LabIssuer? outbound = null, string? role = null) : IServiceApi
{
    private static readonly XNamespace Ns = "https://sts.amazonaws.com/doc/2011-06-15/";

    public string Name => "sts";

    public WireFormat Format => WireFormat.Query;

    public bool Serves(ApiRequest request) => request.SigningName is "sts";

    public string? OperationOf(ApiRequest request) => request.Form.GetValueOrDefault("Action");

    public ApiAnswer? Answer(string operation, ApiRequest request) => operation switch
    {
        "GetCallerIdentity" => CallerIdentity(),
        "GetWebIdentityToken" when outbound is not null && role is not null => ApiAnswer.Xml(new XElement(
            Ns + "GetWebIdentityTokenResponse",
            new XElement(
                Ns + "GetWebIdentityTokenResult",
                new XElement(Ns + "WebIdentityToken",
                    outbound.Token(role, request.Required("Audience.member.1"), TimeSpan.FromMinutes(5)))))),
        "GetWebIdentityToken" =>
            throw new ApiFaultException(403, "OutboundWebIdentityFederationDisabledException",
                "Outbound web identity federation is not enabled"),
        _ => null,
    };

    private ApiAnswer CallerIdentity() => ApiAnswer.Xml(new XElement(
        Ns + "GetCallerIdentityResponse",
        new XElement(
            Ns + "GetCallerIdentityResult",
            new XElement(Ns + "Arn", $"arn:aws:sts::{account.Id}:assumed-role/guard/simulated"),
            new XElement(Ns + "UserId", "AROASIMULATED:simulated"),
            new XElement(Ns + "Account", account.Id))));
}
