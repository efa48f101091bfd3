using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ServerlessGuard.Chat.SignIn;
using ServerlessGuard.Guards;
using ServerlessGuard.Notifications;

namespace ServerlessGuard.Chat.Links;

/// <summary>
/// The page behind a signed link. GET shows it and changes nothing (chat clients fetch links by themselves); its form's POST acts. Static
/// HTML: no script, nothing loaded from anywhere, every foreign text encoded.
/// </summary>
public static class ConfirmationPage
{
    /// <summary>The form's fields beside <see cref="ActionLink.Parameter"/>.</summary>
    public const string NameField = "name";

    public const string ReasonField = "reason";

    public const int MaxName = 80;
    public const int MaxReason = 400;

    public const string ContentType = "text/html; charset=utf-8";

    private const int TextLength = 700;

    private static readonly string StyleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(PageStyle.Css)));

    /// <summary>The value of Content-Security-Policy: the page's own style, its own form, nothing else.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{StyleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>To be sent with every page: the address holds the token, so it is neither stored nor passed on.</summary>
    public static ImmutableArray<KeyValuePair<string, string>> Headers { get; } =
    [
        new("Content-Security-Policy", ContentSecurityPolicy),
        new("Cache-Control", "no-store"),
        new("Referrer-Policy", "same-origin"),
        new("X-Content-Type-Options", "nosniff"),
    ];

    /// <param name="content">Of the link, as read.</param>
    /// <param name="token">See <see cref="ActionLink.Token"/>.</param>
    /// <param name="message">The finding as it is now; null for what concerns the whole deployment.</param>
    public static string Render(ActionLinkContent content, string token, Message? message)
    {
        var label = ButtonWords.Label(content.Kind, content.Days);
        var main = new StringBuilder();
        main.Append("<h1>").Append(Encoded(label)).Append("</h1>");
        About(main, content, message);

        // From the page that the issuer leads back to, the form goes to the one before it.
        var action = SignInPage.IsSignedIn(content) ? " action=\"../link\"" : string.Empty;
        main.Append($"<form{action} method=\"post\"><input type=\"hidden\" name=\"{ActionLink.Parameter}\" value=\"{Attribute(token)}\">");
        if (content.PersonId is { } person)
        {
            main.Append("<p>You decide as <b>").Append(Encoded(person)).Append("</b>. If you did not ask for this, close the page.</p>");
        }
        else
        {
            main.Append($"<label>Your name<input name=\"{NameField}\" required maxlength=\"{MaxName}\" autocomplete=\"name\"></label>");
        }

        if (content.Kind is CommandKind.Exempt or CommandKind.Reject or CommandKind.Stop)
        {
            main.Append($"<label>Reason<input name=\"{ReasonField}\" required maxlength=\"{MaxReason}\" autocomplete=\"off\"></label>");
        }

        main.Append($"<button type=\"submit\">{Encoded(label)}</button></form>");
        main.Append($"<p class=\"small\">Nothing happens until you press the button. This link works once, until "
            + $"{MessageWords.Time(content.Expires)}.</p>");
        return Page(label, main.ToString());
    }

    /// <summary>
    /// The same for somebody who is yet to sign in: what it is about, and the way there. No form: nothing can be decided from it.
    /// </summary>
    /// <param name="content">Of the link, as read.</param>
    /// <param name="message">The finding as it is now; null for what concerns the whole deployment.</param>
    /// <param name="signIn">The issuer's address.</param>
    public static string Render(ActionLinkContent content, Message? message, Uri signIn)
    {
        var label = ButtonWords.Label(content.Kind, content.Days);
        var main = new StringBuilder($"<h1>{Encoded(label)}</h1>");
        About(main, content, message);
        main.Append($"<p><a href=\"{Attribute(signIn.AbsoluteUri)}\" rel=\"noreferrer\">Sign in</a> to decide: you are identified first, "
            + $"and then asked to confirm.</p>");
        main.Append($"<p class=\"small\">Signing in decides nothing. This link works until {MessageWords.Time(content.Expires)}.</p>");
        return Page(label, main.ToString());
    }

    /// <param name="result">What became of it.</param>
    /// <param name="detail">One sentence.</param>
    public static string Render(PageResult result, string? detail)
    {
        var title = Title(result);
        return Page(title,
            $"<h1>{Encoded(title)}</h1>{(detail is null ? string.Empty : $"<p>{Encoded(detail)}</p>")}<p class=\"small\">You can close "
                + $"this page.</p>");
    }

    /// <summary>The HTTP status that goes with it.</summary>
    public static int StatusOf(PageResult result) => result switch
    {
        PageResult.Accepted => 202,
        PageResult.Used => 200,
        PageResult.Expired => 410,
        PageResult.Refused => 409,
        PageResult.Invalid => 400,
    };

    private static string Title(PageResult result) => result switch
    {
        PageResult.Accepted => "Taken down",
        PageResult.Used => "This link has already been used",
        PageResult.Expired => "This link has expired",
        PageResult.Refused => "Not possible",
        PageResult.Invalid => "This link is not valid",
    };

    private static void About(StringBuilder main, ActionLinkContent content, Message? message)
    {
        if (message is null)
        {
            main.Append("<p>Concerns the whole deployment: <b>").Append(Encoded(content.Target.Partition)).Append("</b></p>");
            return;
        }

        main.Append("<p class=\"what\">").Append(Encoded(MessageWords.Of(message.Severity))).Append(" · ").Append(Encoded(message.Headline))
            .Append("</p><dl>");
        Row(main, "Status", MessageLines.Status(message));
        Row(main, "Resource", MessageLines.Resource(message.Resource));
        Row(main, "Where", MessageLines.Where(message.Resource));
        Row(main, "Finding", message.Reason);
        if (message.Plan is { } plan)
        {
            Row(main, "The fix", plan.Sentence);
            Row(main, "Call", plan.Call);
            foreach (var change in MessageLines.Changes(plan))
            {
                Row(main, "Change", change);
            }

            Row(main, "Risk", plan.Risk);
        }

        main.Append("</dl>");
    }

    private static void Row(StringBuilder main, string label, string value) =>
        main.Append("<dt>").Append(label).Append("</dt><dd>").Append(Encoded(value)).Append("</dd>");

    private static string Page(string title, string main) =>
        $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, "
            + $"initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{Encoded(title)} · "
            + $"ServerlessGuard</title><style>{PageStyle.Css}</style></head><body><main><p "
            + $"class=\"brand\">ServerlessGuard</p>{main}</main></body></html>";

    private static string Encoded(string text) => WebUtility.HtmlEncode(PlainText.Of(text, TextLength));

    private static string Attribute(string token) => WebUtility.HtmlEncode(token);
}

public enum PageResult
{
    /// <summary>The command is in the table; what comes of it is told in the channel.</summary>
    Accepted = 1,

    Used,
    Expired,
    Refused,
    Invalid,
}
