using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>
/// The simulated account's HMAC key, which makes and verifies codes for one function and refuses every other caller, as the policy of the
/// template's key does.
/// </summary>
/// <remarks>Source: botocore's model of kms 2014-11-01, GenerateMac and VerifyMac.</remarks>
/// <param name="arn">Of the key.</param>
public sealed class SealKey(string arn)
{
    private const int LongestMessage = 4096;

    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private int _made;
    private int _refused;

    public string Arn { get; } = arn;

    public int Made => Volatile.Read(ref _made);

    /// <summary>Calls of everybody else.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public static bool Serves(string operation) => operation is "GenerateMac" or "VerifyMac";

    public ApiAnswer Answer(string operation, ApiRequest request)
    {
        if (request.RequiredText("KeyId") != Arn)
        {
            throw new ApiFaultException(400, "NotFoundException", "no such key");
        }

        if (request.Caller is not "remediate")
        {
            Interlocked.Increment(ref _refused);
            throw new ApiFaultException(400, "AccessDeniedException",
                $"{request.Caller ?? "nobody"} is not authorized to perform kms:{operation} with an explicit deny in a resource-based "
                    + $"policy");
        }

        var message = Bytes(request, "Message");
        if (message.Length is 0 or > LongestMessage || request.RequiredText("MacAlgorithm") is not "HMAC_SHA_256")
        {
            throw new ApiFaultException(400, "ValidationException", "1 validation error detected");
        }

        var mac = HMACSHA256.HashData(_secret, message);
        var answer = new JsonObject { ["KeyId"] = Arn, ["MacAlgorithm"] = "HMAC_SHA_256" };
        if (operation is "GenerateMac")
        {
            Interlocked.Increment(ref _made);
            answer["Mac"] = Convert.ToBase64String(mac);
            return ApiAnswer.Json(answer);
        }

        answer["MacValid"] = CryptographicOperations.FixedTimeEquals(mac, Bytes(request, "Mac"))
            ? true
            : throw new ApiFaultException(400, "KMSInvalidMacException", "the MAC is not valid");
        return ApiAnswer.Json(answer);
    }

    private static byte[] Bytes(ApiRequest request, string name)
    {
        try
        {
            return Convert.FromBase64String(request.RequiredText(name));
        }
        catch (FormatException)
        {
            throw new ApiFaultException(400, "SerializationException", $"{name} is not base 64");
        }
    }
}
