using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ServerlessGuard.Lab.Aws.Story;
using ServerlessGuard.Lab.Azure.Seed;
using ServerlessGuard.Simulators.Aws.Account;
using ServerlessGuard.Simulators.Aws.Services;
using ServerlessGuard.Simulators.Azure;
using ServerlessGuard.Simulators.Azure.Subscription;

namespace ServerlessGuard.Lab.Demo;

/// <summary>Takes <c>guard lab …</c> while the demonstration runs: on loopback, with a token that only the file's owner can read.</summary>
internal sealed class ControlServer : IAsyncDisposable
{
    private readonly DemoWorld _world;
    private readonly string _file;
    private readonly string _token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private LoopbackServer? _server;

    private ControlServer(DemoWorld world, string file) => (_world, _file) = (world, file);

    public static string File(string folder) => Path.Combine(folder, "control");

    public static async Task<ControlServer> StartAsync(DemoWorld world, string folder, CancellationToken cancellation)
    {
        var control = new ControlServer(world, File(folder));
        control._server = await LoopbackServer.StartAsync(control.AnswerAsync, cancellation);
        var only = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            only.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(control._file, only);
        await file.WriteAsync(Encoding.UTF8.GetBytes($"{control._server.Address}\n{control._token}\n"), cancellation);
        return control;
    }

    public async ValueTask DisposeAsync()
    {
        System.IO.File.Delete(_file);
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var words = (await reader.ReadToEndAsync(context.RequestAborted)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Headers["X-Lab-Token"].ToString()),
            Encoding.UTF8.GetBytes(_token)))
        {
            context.Response.StatusCode = 403;
            return;
        }

        var (ok, text) = Do(words);
        context.Response.StatusCode = ok ? 200 : 400;
        await context.Response.WriteAsync(text);
    }

    private (bool Ok, string Text) Do(string[] words) => words switch
    {
        ["list"] => (true, List()),
        ["do", .. var verb] => Verb(string.Join(' ', verb)),
        ["set", var resource, var path, var value] => Set(resource, path, value),
        ["cut"] => Cut(true),
        ["mend"] => Cut(false),
        _ => (false, "guard lab list | do VERB | set RESOURCE PATH VALUE | cut | mend"),
    };

    private string List()
    {
        var text = new StringBuilder("verbs (guard lab do VERB):\n");
        foreach (var verb in LabStory.Verbs.Select(verb => "aws    " + verb.Name)
            .Concat(Breakage.All.Select(each => "azure  " + each.Verb)))
        {
            text.AppendLine("  " + verb);
        }

        text.AppendLine("resources (guard lab set RESOURCE PATH VALUE):");
        foreach (var item in _world.Clouds.Aws.Account.Items)
        {
            text.AppendLine($"  {ConfigItem.Type(item),-36} {ConfigItem.Name(item) ?? ConfigItem.Id(item)}");
        }

        foreach (var (id,
            type) in _world.Clouds.Azure.Arm.Store.All.Select(document => ((string?)document["id"], (string?)document["type"])))
        {
            text.AppendLine($"  {type,-36} {id}");
        }

        return text.ToString();
    }

    private (bool Ok, string Text) Verb(string name)
    {
        if (LabStory.Verbs.Any(verb => verb.Name == name))
        {
            _world.Clouds.Aws.Do(name);
            return (true, $"done in the simulated AWS account: {name}");
        }

        if (Breakage.All.FirstOrDefault(each => each.Verb == name) is { } breakage)
        {
            breakage.Apply(_world.Clouds.Azure.Arm);
            return (true, $"done in the simulated subscription: {name}");
        }

        return (false, $"there is no \"{name}\"; see guard lab list");
    }

    /// <summary>A path has points between its names; a value is JSON, or text where it is none.</summary>
    private (bool Ok, string Text) Set(string resource, string path, string value)
    {
        var node = Value(value);
        if (resource.StartsWith('/'))
        {
            var body = new JsonObject();
            Put(body, path.Split('.'), node);
            var answer = _world.Clouds.Azure.Arm.Act(LabIdentity.Person, "PATCH", resource, body);
            return (answer.Status is >= 200 and < 300,
                answer.Status is >= 200 and < 300
                ? $"PATCH {resource}: {answer.Status}"
                : $"the simulated ARM answered {answer.Status}: {answer.Body}");
        }

        var account = _world.Clouds.Aws.Account;
        var item = account.Items.FirstOrDefault(each => ConfigItem.Name(each) == resource || ConfigItem.Id(each) == resource
            || (string?)each["ARN"] == resource);
        if (item is null)
        {
            return (false, $"there is no resource {resource}; see guard lab list");
        }

        account.Change(ConfigItem.Type(item), ConfigItem.Id(item), Actors.Person(account), each => Put(each, path.Split('.'), node));
        return (true, $"{ConfigItem.Type(item)} {resource}: {path} = {node?.ToJsonString() ?? "null"}");
    }

    private static void Put(JsonObject root, string[] names, JsonNode? value)
    {
        var at = root;
        foreach (var name in names[..^1])
        {
            if (at[name] is not JsonObject inner)
            {
                at[name] = inner = [];
            }

            at = inner;
        }

        at[names[^1]] = value;
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private (bool Ok, string Text) Cut(bool cut)
    {
        _world.Clouds.IsCut = cut;
        return (true,
            cut ? "the connection between the clouds is cut; guard lab mend restores it" : "the connection between the clouds is restored");
    }
}
