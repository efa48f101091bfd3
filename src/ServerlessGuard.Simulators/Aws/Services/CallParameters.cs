namespace ServerlessGuard.Simulators.Aws.Services;

/// <summary>A call's parameters as a trail shows them: names, no documents.</summary>
internal static class CallParameters
{
    private const int Longest = 200;

    public static IReadOnlyDictionary<string, string> Of(ApiRequest request)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (request.Target is not null)
        {
            foreach (var (name, value) in request.Json.Where(pair => pair.Value is System.Text.Json.Nodes.JsonValue))
            {
                found[Camel(name)] = Short(value!.ToString());
            }
        }
        else if (request.Body.StartsWith("Action=", StringComparison.Ordinal))
        {
            foreach (var (name, value) in request.Form.Where(pair => pair.Key is not ("Action" or "Version")))
            {
                found[Camel(name)] = Short(value);
            }
        }
        else if (request.SigningName is "s3")
        {
            found["bucketName"] = Short(request.Path.Trim('/').Split('/')[0]);
        }
        else
        {
            found["path"] = Short(request.Path);
        }

        return found;
    }

    private static string Camel(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];

    private static string Short(string value) => value.Length > Longest ? value[..Longest] : value;
}
