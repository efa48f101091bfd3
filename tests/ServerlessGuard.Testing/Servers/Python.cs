using System.Diagnostics;

namespace ServerlessGuard.Testing.Servers;

/// <summary>The Python of the machine, where it has what a test compares with.</summary>
public static class Python
{
    private static readonly Dictionary<string, bool> Known = new(StringComparer.Ordinal);

    /// <summary>Asked once for each module.</summary>
    public static bool Has(string module)
    {
        lock (Known)
        {
            if (!Known.TryGetValue(module, out var has))
            {
                Known[module] = has = Imports(module);
            }

            return has;
        }
    }

    /// <summary>Runs a script with the text as its input; its output. A script that fails fails the test, with what it said.</summary>
    public static async Task<string> RunAsync(string script, string input)
    {
        using var process = Process.Start(new ProcessStartInfo("python3", ["-c", script]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }

    private static bool Imports(string module)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", ["-c", "import " + module]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A test that compares with botocore, and says so where it cannot.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BotocoreFactAttribute : FactAttribute
{
    public BotocoreFactAttribute() =>
        Skip = MissingTool.Skip(Python.Has("botocore"), "botocore is not installed (pip install botocore): nothing to compare with");
}

/// <summary>A test against moto, and says so where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MotoFactAttribute : FactAttribute
{
    public MotoFactAttribute() =>
        Skip = MissingTool.Skip(Python.Has("moto.server"), "moto is not installed (pip install 'moto[server]'): there is no AWS to fix");
}
