using System.Text.Json.Nodes;
using ServerlessGuard.Decisions;
using ServerlessGuard.Exemptions;
using ServerlessGuard.Federation;
using ServerlessGuard.Findings;
using ServerlessGuard.Guards;
using ServerlessGuard.Resources;

namespace ServerlessGuard.Notifications;

/// <summary>What is to be said, as a platform wants it. Pure: the same state is the same message.</summary>
public interface IPresentation
{
    JsonObject Finding(ChatChannel channel, Finding finding, IReadOnlyList<FindingEvent> story);

    JsonObject Reply(ChatChannel channel, Finding finding, FindingEvent step);

    JsonObject Digest(ChatChannel channel, IReadOnlyList<Finding> findings);

    JsonObject Control(ChatChannel channel, Provider provider, Control control);

    /// <param name="channel">For whom.</param>
    /// <param name="partition">The account.</param>
    /// <param name="rule">Its id, as keys spell it.</param>
    /// <param name="fixes">In this hour.</param>
    JsonObject Breaker(ChatChannel channel, string partition, string rule, int fixes);

    /// <param name="channel">For whom.</param>
    /// <param name="peer">The cloud whose deployment did it.</param>
    /// <param name="note">What it did.</param>
    JsonObject Peer(ChatChannel channel, Provider peer, PeerNote note);

    JsonObject Exemption(ChatChannel channel, Exemption exemption);

    /// <summary>Where that person can be asked in private; null: nowhere.</summary>
    ChatChannel? Asks(Person person);

    /// <summary>
    /// A private message to one person, with a link to this cloud's own endpoint. <see cref="ChatException"/> where no link can be signed.
    /// </summary>
    /// <param name="asked">The command that waits for the answer.</param>
    /// <param name="question">Its question.</param>
    /// <param name="finding">What it is about, as it is now; null: a whole deployment.</param>
    JsonObject Question(Command asked, Question question, Finding? finding);
}
