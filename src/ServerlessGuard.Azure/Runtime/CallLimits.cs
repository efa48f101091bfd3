using ServerlessGuard.Chat;

namespace ServerlessGuard.Azure.Runtime;

/// <summary>What one function takes from the host: nobody has been asked who they are when these apply.</summary>
/// <param name="AtOnce">Calls at once; more wait, within their deadline, and nothing of them is read meanwhile.</param>
/// <param name="LargestBody">Bytes of the host's call: the caller's headers and body in JSON.</param>
/// <param name="AnswersHttp">A caller gets 413; where there is none the call fails, and the platform sets the event or message aside in the
/// end.</param>
public sealed record CallLimits(int AtOnce, int LargestBody, bool AnswersHttp = false)
{
    private const int Other = 1024 * 1024;

    /// <summary>Slack's and Teams' requests are a few KB; the largest that <see cref="ChatEndpoint"/> reads is 64.</summary>
    public static CallLimits Chat { get; } = new(AtOnce: 16, LargestBody: 96 * 1024, AnswersHttp: true);

    /// <summary>A batch is at most 5 MB, and up to four copies of it exist while it is read.</summary>
    public static CallLimits Federation { get; } = new(AtOnce: 4, LargestBody: 6 * 1024 * 1024, AnswersHttp: true);

    public static CallLimits Page { get; } = new(AtOnce: 8, Other, AnswersHttp: true);

    /// <summary>Events, queue messages and timers.</summary>
    public static CallLimits Of(int atOnce) => new(atOnce, Other);
}
