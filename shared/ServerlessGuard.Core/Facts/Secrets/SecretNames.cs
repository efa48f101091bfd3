using System.Collections.Frozen;

namespace ServerlessGuard.Facts.Secrets;

/// <summary>How much a setting's name says that its value is a secret.</summary>
/// <remarks>
/// Names are read word by word (DB_PASSWORD, dbPassword, DBPassword, db-password2 alike), so that TOKENIZER and SECRETARY say nothing; the
/// last word counts most, since SECRET_TABLE is a table.
/// </remarks>
internal static class SecretNames
{
    /// <summary>The name of something that a person types.</summary>
    public const int Typed = 60;

    /// <summary>The name of something that is generated, or of something typed that stands for whom it is: PASSWORD_ADMIN.</summary>
    public const int Generated = 50;

    private const int Either = 30;

    private static readonly FrozenSet<string> TypedWords = Set(
        "password passwd passphrase passcode pwd pswd psw pw pass mnemonic passwort kennwort contrasena senha");

    private static readonly FrozenSet<string> GeneratedWords = Set(
        "secret token apikey credential credentials cred creds accesskey secretkey privatekey authkey jwt pat bearer sas psk");

    private static readonly FrozenSet<string> EitherWords = Set("key auth authorization salt pepper cookie connectionstring connstr dsn");

    private static readonly FrozenSet<string> KeyKinds = Set(
        "api access account private secret auth signing encryption master subscription admin service client shared storage primary "
        + "secondary app license session cipher hmac openai");

    /// <summary>Before "key": it is meant to be seen, or it is the key of an object, a row, a message.</summary>
    private static readonly FrozenSet<string> OpenKeys = Set(
        "public publishable site browser instrumentation kms s object asset code partition sort row foreign routing group "
        + "idempotency lock");

    /// <summary>Words that end in one of these are that word: PGPASSWORD, clientsecret.</summary>
    private static readonly string[] TypedEnds = ["password", "passwd", "passphrase"];

    private static readonly string[] GeneratedEnds =
    [
        "secret", "apikey", "accesskey", "secretkey", "privatekey", "authtoken", "accesstoken", "secrettoken", "apitoken", "encryptionkey",
        "masterkey", "signingkey", "subscriptionkey", "storagekey", "accountkey", "hmackey", "licensekey", "sessionkey", "sharedkey",
        "functionkey", "hostkey", "passkey",
    ];

    /// <summary>Before "pass" or "pwd" in one word; compass and bypass are none.</summary>
    private static readonly FrozenSet<string> PassOwners = Set("pg db my mysql sql smtp mail ftp ssh redis mq user admin root app svc es");

    /// <summary>Behind the word without changing what it says: DB_PASSWORD_PROD, SECRET_KEY_BASE.</summary>
    private static readonly FrozenSet<string> Trailing = Set(
        "prod production staging stage dev test live old new current previous primary secondary base value text plain plaintext raw b64 "
        + "base64 encoded string default master a b v");

    /// <summary>The value is about the secret: its name, its place, its lifetime, what makes or checks it.</summary>
    private static readonly FrozenSet<string> About = Set(
        "name names arn arns uri uris url urls id ids kid path paths file files filename endpoint endpoints expiry expiration expires ttl "
        + "enabled enable disabled length size type kind ref reference version header headers algorithm alg provider issuer audience count "
        + "limit limits timeout prefix suffix parameter parameters param params table interval seconds secs minutes hours days ms "
        + "age duration lifetime period rotation policy min max mode method store manager vault region host hostname port username "
        + "alias label format scope scopes claim cache bucket queue topic field column regex pattern validation reset required "
        + "strength digest fingerprint thumbprint checksum validity template location source env variable group folder dir directory "
        + "mount domain schema namespace resource index retries hint rules delay threshold capacity budget window tokenizer model "
        + "lambda function fn machine role layer alarm rule stack gateway handler charset alphabet class address contract mint "
        + "symbol scheme fields encoder hasher filter");

    public static int Score(string name)
    {
        var words = NameWords.Of(name);
        while (words.Count > 1 && (Trailing.Contains(words[^1]) || words[^1].Length == 0))
        {
            words.RemoveAt(words.Count - 1);
        }

        if (words is [.., "secret", "id"])
        {
            // HashiCorp Vault calls a generated secret so; elsewhere it is the name of one.
            return Either;
        }

        if (words.Count == 0 || About.Contains(words[^1]) || words is [.., var kind, "key"] && OpenKeys.Contains(kind))
        {
            return 0;
        }

        var last = Of(words, words.Count - 1);
        return last > 0
            ? last
            : Enumerable.Range(0, words.Count - 1).Max(at => (int?)Of(words, at)) switch
            {
                Typed => Generated,
                Generated => Either,
                _ => 0,
            };
    }

    private static int Of(List<string> words, int at)
    {
        var word = words[at];
        return word switch
        {
            _ when TypedWords.Contains(word) || TypedEnds.Any(end => word.EndsWith(end, StringComparison.Ordinal)) || IsPass(word) => Typed,
            _ when GeneratedWords.Contains(word) || GeneratedEnds.Any(end => word.EndsWith(end, StringComparison.Ordinal)) => Generated,
            "key" when at > 0 && KeyKinds.Contains(words[at - 1]) => Generated,
            "phrase" when at > 0 && words[at - 1] is "pass" => Typed,
            "string" or "str" when at > 0 && words[at - 1] is "connection" or "conn" => Either,
            _ => EitherWords.Contains(word) ? Either : 0,
        };
    }

    private static bool IsPass(string word) =>
        word.EndsWith("pass", StringComparison.Ordinal) && PassOwners.Contains(word[..^4])
        || word.EndsWith("pwd", StringComparison.Ordinal) && PassOwners.Contains(word[..^3]);

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
