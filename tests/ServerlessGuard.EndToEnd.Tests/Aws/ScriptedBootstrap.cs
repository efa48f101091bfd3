namespace ServerlessGuard.EndToEnd.Tests.Aws;

/// <summary>A runtime of a few lines of shell, as in the Lambda guide's tutorial on custom runtimes: it knows the Runtime API and nothing of this product.</summary>
internal sealed class ScriptedBootstrap : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("guard-script-").FullName;

    /// <param name="body">Handles $EVENT, whose request id is $ID; $API is the base address of the Runtime API, $HEADERS the file with the headers.</param>
    /// <param name="init">Runs once, before the first event.</param>
    public ScriptedBootstrap(string body, string init = "")
    {
        Path = System.IO.Path.Combine(_folder, "bootstrap");
        File.WriteAllText(Path, $$"""
            #!/bin/sh
            API="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
            HEADERS=$(mktemp -p {{_folder}})
            {{init}}
            while true; do
              EVENT=$(curl -sS -D "$HEADERS" "$API/invocation/next") || exit 0
              ID=$(grep -i '^Lambda-Runtime-Aws-Request-Id:' "$HEADERS" | tr -d '\r' | cut -d' ' -f2)
              {{body}}
            done
            """.ReplaceLineEndings("\n"));
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("the scripted bootstrap is a shell script");
        }

        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
