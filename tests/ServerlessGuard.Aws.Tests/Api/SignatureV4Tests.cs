using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Aws.Api;
using ServerlessGuard.Testing.Servers;

namespace ServerlessGuard.Aws.Tests.Api;

public sealed class SignatureV4Tests
{
    /// <summary>botocore signs each request of the input, with the clock that the input names. S3 is signed with its own class: paths are encoded once.</summary>
    private const string Botocore = """
        import sys, json, datetime
        import botocore.auth, botocore.compat
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        cases = json.load(sys.stdin)
        answers = []
        for c in cases:
            at = datetime.datetime.strptime(c['at'], '%Y%m%dT%H%M%SZ')
            class Clock(datetime.datetime):
                @classmethod
                def utcnow(cls): return at
                @classmethod
                def now(cls, tz=None): return at.replace(tzinfo=tz)
            botocore.auth.datetime.datetime = Clock if hasattr(botocore.auth.datetime, 'datetime') else botocore.auth.datetime
            if hasattr(botocore.auth, 'get_current_datetime'):
                botocore.auth.get_current_datetime = lambda remove_tzinfo=True: at if remove_tzinfo else at.replace(tzinfo=datetime.timezone.utc)
            kind = botocore.auth.S3SigV4Auth if c['service'] == 's3' else botocore.auth.SigV4Auth
            r = AWSRequest(method=c['method'], url=c['url'], data=c['body'].encode(), headers=dict(c['headers']))
            r.context['payload_signing_enabled'] = True
            if c['service'] == 's3':
                r.context['client_config'] = None
            kind(Credentials('AKIDEXAMPLE', c['secret'], c['token']), c['service'], c['region']).add_auth(r)
            answers.append(r.headers['Authorization'])
        print(json.dumps(answers))
        """;

    /// <summary>The example of the IAM User Guide's old signing page ("GET iam ListUsers", 20150830T123600Z), whose signature AWS published.</summary>
    [Fact]
    public void The_published_example_signs_as_published()
    {
        var request = AwsRequest.Rest(AwsRegion.Global, "iam", "ListUsers", HttpMethod.Get, "/", default, new("Action", "ListUsers"), new("Version", "2010-05-08")) with
        {
            Headers = [new("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
        };
        var address = new AwsAddress("https", "iam.amazonaws.com", "/", SignatureV4.CanonicalQuery(request.Query), "us-east-1", "iam");
        Assert.Equal(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            Authorization(request, address, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null, new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero)));
    }

    /// <summary>get-vanilla, get-vanilla-query-order-key-case and post-vanilla of the SigV4 test suite that AWS published (aws-sig-v4-test-suite).</summary>
    [Theory]
    [InlineData("GET", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("GET", "Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("POST", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    public void The_published_suite_signs_as_published(string method, string query, string signature)
    {
        var request = AwsRequest.Rest(AwsRegion.Home, "service", "X", new HttpMethod(method), "/", default, query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair =>
        {
            var parts = pair.Split('=');
            return KeyValuePair.Create(parts[0], parts[1]);
        }));
        var address = new AwsAddress("https", "example.amazonaws.com", "/", SignatureV4.CanonicalQuery(request.Query), "us-east-1", "service");
        Assert.EndsWith(
            "SignedHeaders=host;x-amz-date, Signature=" + signature,
            Authorization(request, address, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null, new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero)),
            StringComparison.Ordinal);
    }

    [BotocoreFact]
    public async Task Random_requests_sign_as_botocore_signs_them()
    {
        var random = new Random(20260506);
        var cases = Enumerable.Range(0, 500).Select(_ => Case(random)).ToList();
        var input = new JsonArray([.. cases.Select(one => one.Json.DeepClone())]);
        var theirs = JsonNode.Parse(await Python.RunAsync(Botocore, input.ToJsonString()))!.AsArray().Select(answer => (string?)answer).ToList();
        Assert.Equal(cases.Count, theirs.Count);
        Assert.All(cases.Zip(theirs), pair => Assert.Equal(pair.Second, pair.First.Ours));
    }

    private static string Authorization(AwsRequest request, AwsAddress address, string secret, string? token, DateTimeOffset at) =>
        SignatureV4.Sign(request, address, new AwsCredentials("AKIDEXAMPLE", secret, token), at).Single(header => header.Key == "Authorization").Value;

    private static (JsonObject Json, string Ours) Case(Random random)
    {
        var service = random.GetItems(["s3", "lambda", "iam", "kms"], 1)[0];
        var method = random.GetItems([HttpMethod.Get, HttpMethod.Put, HttpMethod.Post, HttpMethod.Delete], 1)[0];
        var path = string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => "/" + PercentEncoding.Encode(Text(random, 6)))) + (random.Next(2) == 0 ? "/" : "/x");
        path = service != "s3" && random.Next(5) == 0 ? "/a/./b//../c" + path : path;
        var keys = Enumerable.Range(0, random.Next(4)).Select(_ => Text(random, 4)).ToList();
        var query = keys.Concat(keys.Take(random.Next(2))).Select(key => KeyValuePair.Create(key, random.Next(3) == 0 ? string.Empty : Text(random, 5))).ToList();
        var headers = new List<KeyValuePair<string, string>> { new("Content-Type", "application/json") };
        if (random.Next(2) == 0)
        {
            headers.Add(new("X-Amz-Target", "  A   b\tc "));
        }

        var at = new DateTimeOffset(2026, 1 + random.Next(12), 1 + random.Next(28), random.Next(24), random.Next(60), random.Next(60), TimeSpan.Zero);
        var token = random.Next(2) == 0 ? null : "token/" + random.Next();
        var region = random.GetItems(["us-east-1", "eu-central-1", "cn-north-1"], 1)[0];
        var port = random.Next(2) == 0 ? string.Empty : ":5000";
        var body = Text(random, random.Next(30));
        var request = new AwsRequest { Region = AwsRegion.Home, Service = service, Operation = "X", Method = method, Path = path, Query = query, Headers = headers, Body = Encoding.UTF8.GetBytes(body) };
        var address = new AwsAddress("http", "host.example" + port, path, SignatureV4.CanonicalQuery(query), region, service);
        var json = new JsonObject
        {
            ["service"] = service,
            ["method"] = method.Method,
            ["url"] = $"http://{address.Authority}{path}{(address.Query.Length == 0 ? string.Empty : "?" + address.Query)}",
            ["headers"] = new JsonArray([.. headers.Select(header => new JsonArray(header.Key, header.Value))]),
            ["body"] = body,
            ["secret"] = "secret+/" + at.Minute,
            ["token"] = token,
            ["region"] = region,
            ["at"] = at.ToString("yyyyMMdd'T'HHmmss'Z'"),
        };
        return (json, Authorization(request, address, "secret+/" + at.Minute, token, at));
    }

    private static string Text(Random random, int length) => new(random.GetItems("abcXYZ019-_.~ /+%=&?#:@,;!*'()é世".ToCharArray(), length));
}
