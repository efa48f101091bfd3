using System.Diagnostics;
using ServerlessGuard.Tests;

namespace ServerlessGuard.Cli.Tests;

/// <summary>The program as a process: standard input, a reader that goes away, arguments that are wrong.</summary>
public class ProcessTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "guard.dll");

    [Fact]
    public async Task Standard_input_streams()
    {
        var (code, output, complaints) = await Run(["scan", "-", "--format", "csv", "--as-of", Guard.Day], Repository.Fixture("azure/Microsoft.KeyVault-vaults/bad.json"));
        Assert.Equal(1, code);
        Assert.Contains("SG-KEY-003", output, StringComparison.Ordinal);
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Nothing_on_standard_input_is_one_line()
    {
        var (code, _, complaints) = await Run(["scan", "-"], string.Empty);
        Assert.Equal(2, code);
        Assert.Equal("standard input: empty file\n1 of 1 items unreadable: 1 empty file\n", complaints);
    }

    [Theory]
    [InlineData("scan", "x", "--format", "xml")]
    [InlineData("scan")]
    [InlineData("scna", "x")]
    [InlineData("scan", "x", "--fail-on", "sometimes")]
    public async Task Wrong_arguments_end_with_2_and_no_trace(params string[] arguments)
    {
        var (code, output, complaints) = await Run(arguments, string.Empty);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.NotEmpty(complaints);
        Assert.DoesNotContain("   at ", complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_goes_away_is_no_fault()
    {
        using var process = Start(["scan", Repository.Path("tests", "fixtures"), "--all-verdicts", "--format", "json"]);
        process.StandardInput.Close();
        process.StandardOutput.Close();
        var complaints = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.DoesNotContain("Unhandled", complaints, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_a_fault()
    {
        if (!File.Exists("/dev/full"))
        {
            return;
        }

        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec dotnet '{Program}' scan '{Repository.Path("tests", "fixtures")}' --format json > /dev/full"]) { RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var complaints = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(2, process.ExitCode);
        Assert.Contains("cannot write the output", complaints, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", complaints, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Complaints)> Run(string[] arguments, string input)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var complaints = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await complaints);
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments])
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = AppContext.BaseDirectory,
    })!;
}
