using System.Text;

namespace ServerlessGuard.Lab.Demo;

/// <summary>
/// <c>guard lab …</c>: says something to the demonstration that runs in another terminal. Exit 0, 1 when it would not, 2 when none runs.
/// </summary>
internal static class LabClient
{
    public static async Task<int> RunAsync(string folder, IReadOnlyList<string> words, TextWriter output, TextWriter complaints,
        CancellationToken cancellation)
    {
        var file = ControlServer.File(folder);
        if (!File.Exists(file) || await File.ReadAllLinesAsync(file, cancellation) is not [var address, var token, ..])
        {
            await complaints.WriteLineAsync("no demonstration is running; ./guard demo starts one");
            return 2;
        }

        try
        {
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, address)
                { Content = new StringContent(string.Join('\n', words.Count == 0 ? ["list"] : words), Encoding.UTF8) };
            request.Headers.Add("X-Lab-Token", token);
            using var answer = await http.SendAsync(request, cancellation);
            var text = (await answer.Content.ReadAsStringAsync(cancellation)).TrimEnd();
            await (answer.IsSuccessStatusCode ? output : complaints).WriteLineAsync(text);
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (HttpRequestException)
        {
            await complaints.WriteLineAsync("the demonstration is not responding; ./guard demo starts a new one");
            return 2;
        }
    }
}
