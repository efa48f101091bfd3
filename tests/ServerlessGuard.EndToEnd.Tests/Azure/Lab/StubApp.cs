namespace ServerlessGuard.EndToEnd.Tests.Azure.Lab;

/// <summary>A function app whose worker is a page of JavaScript that answers as each function's name says: it tries the host's rules, not ours.</summary>
internal sealed class StubApp : IDisposable
{
    private const string Worker = """
        #!/usr/bin/env node
        const http = require('http'), fs = require('fs');
        const starts = fs.existsSync('starts') ? fs.readFileSync('starts', 'utf8').length : 0;
        fs.appendFileSync('starts', '.');
        if (process.env.STUB_EXIT) process.exit(Number(process.env.STUB_EXIT));
        let attempts = 0;
        http.createServer((req, res) => {
          let body = '';
          req.on('data', d => body += d);
          req.on('end', () => {
            const json = (text, type = 'application/json', status = 200) => { res.writeHead(status, { 'Content-Type': type }); res.end(text); };
            if (req.method === 'GET') return json('{}', 'application/json', 404);
            const name = req.url.slice(1);
            fs.appendFileSync('calls', JSON.stringify({ name, headers: req.headers, body: JSON.parse(body) }) + '\n');
            if (name === 'empty') { res.writeHead(200, { 'Content-Type': 'application/json' }); return res.end(); }
            if (name === 'nothing') { res.writeHead(204); return res.end(); }
            if (name === 'nil') return json('null');
            if (name === 'plain') return json('{}', 'text/plain');
            if (name === 'bad') return json('{');
            if (name === 'refuses') return json('{}', 'application/json', 400);
            if (name === 'breaks') return json('{}', 'application/json', 500);
            if (name === 'leaves') return process.exit(0);
            if (name === 'crashes') return process.exit(3);
            if (name === 'slow') return;
            if (name === 'third' && ++attempts < 3) return json('{}', 'application/json', 500);
            if (name === 'web') return json(JSON.stringify({ Outputs: { res: { statusCode: 201, body: { seen: true }, headers: { 'x-own': '1', 'Content-Type': 'application/json' } } } }));
            json('{"Logs":["said"]}');
          });
        }).listen(Number(process.env.FUNCTIONS_CUSTOMHANDLER_PORT), '127.0.0.1');
        """;

    public StubApp(params (string Name, string Binding)[] functions)
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("guard-stub-").FullName;
        var worker = Path.Combine(Directory, "worker");
        File.WriteAllText(worker, Worker);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(worker, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        }

        File.WriteAllText(
            Path.Combine(Directory, "host.json"),
            """{"version":"2.0","functionTimeout":"00:01:00","customHandler":{"description":{"defaultExecutablePath":"worker"}},"extensions":{"queues":{"maxDequeueCount":3}}}""");
        foreach (var (name, binding) in functions)
        {
            System.IO.Directory.CreateDirectory(Path.Combine(Directory, name));
            File.WriteAllText(Path.Combine(Directory, name, "function.json"), $$"""{"bindings":[{{binding}}]}""");
        }
    }

    public string Directory { get; }

    /// <summary>How often the worker was started.</summary>
    public int Starts => File.Exists(Path.Combine(Directory, "starts")) ? File.ReadAllText(Path.Combine(Directory, "starts")).Length : 0;

    /// <summary>What the worker got: name, headers, body.</summary>
    public IReadOnlyList<System.Text.Json.Nodes.JsonNode> Calls => File.Exists(Path.Combine(Directory, "calls"))
        ? [.. File.ReadAllLines(Path.Combine(Directory, "calls")).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!)]
        : [];

    public static (string Name, string Binding) Event(string name, bool many = false) =>
        (name, $$"""{"type":"eventGridTrigger","direction":"in","name":"event","cardinality":"{{(many ? "many" : "one")}}"}""");

    public static (string Name, string Binding) Timer(string name) => (name, """{"type":"timerTrigger","direction":"in","name":"timer","schedule":"0 */5 * * * *"}""");

    public static (string Name, string Binding) Queue(string name, string dataType) =>
        (name, $$"""{"type":"queueTrigger","direction":"in","name":"message","queueName":"{{name}}","connection":"AzureWebJobsStorage"{{(dataType.Length == 0 ? "" : $",\"dataType\":\"{dataType}\"")}}}""");

    public static (string Name, string Binding) Http(string name) =>
        (name, """{"type":"httpTrigger","direction":"in","name":"req","authLevel":"anonymous","methods":["get","post"],"route":"web/{id}"},{"type":"http","direction":"out","name":"res"}""");

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
