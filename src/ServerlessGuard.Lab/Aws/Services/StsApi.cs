using System.Xml.Linq;
using ServerlessGuard.Lab.Aws.Account;

namespace ServerlessGuard.Lab.Aws.Services;

/// <summary>STS: who am I.</summary>
public sealed class StsApi(SimulatedAccount account) : IServiceApi
{
    private static readonly XNamespace Ns = "https://sts.amazonaws.com/doc/2011-06-15/";

    public string Name => "sts";

    public WireFormat Format => WireFormat.Query;

    public bool Serves(ApiRequest request) => request.SigningName is "sts";

    public string? OperationOf(ApiRequest request) => request.Form.GetValueOrDefault("Action");

    public ApiAnswer? Answer(string operation, ApiRequest request) => operation is not "GetCallerIdentity" ? null : ApiAnswer.Xml(new XElement(
        Ns + "GetCallerIdentityResponse",
        new XElement(
            Ns + "GetCallerIdentityResult",
            new XElement(Ns + "Arn", $"arn:aws:sts::{account.Id}:assumed-role/guard/simulated"),
            new XElement(Ns + "UserId", "AROASIMULATED:simulated"),
            new XElement(Ns + "Account", account.Id))));
}
