namespace ServerlessGuard.Chat.Links;

/// <summary>The confirmation page's style; the content security policy names its hash.</summary>
internal static class PageStyle
{
    public const string Css =
        ":root{color-scheme:light dark;--back:#f4f5f7;--card:#fff;--ink:#1c2330;--soft:#5b6575;--line:#d5dae2;--act:#0b5cad;--on:#fff}"
        + "@media (prefers-color-scheme:dark){:root{--back:#12151b;--card:#1c212a;--ink:#e8ebf0;--soft:#a3acba;--line:#363e4b;--act:#6cb0f5;--on:#0d1620}}"
        + "*{box-sizing:border-box}body{margin:0;padding:16px;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,sans-serif}"
        + "main{max-width:640px;margin:0 auto;padding:20px;background:var(--card);border:1px solid "
        + "var(--line);border-radius:10px;overflow-wrap:anywhere}"
        + "h1{margin:0 0 12px;font-size:24px;line-height:1.25}.brand{margin:0 0 "
        + "4px;color:var(--soft);font-size:14px}.what{font-weight:600}.small{margin:16px 0 0;color:var(--soft);font-size:14px}"
        + "dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:6px 16px;margin:0 0 20px}dt{color:var(--soft)}dd{margin:0}"
        + "label{display:block;margin:0 0 12px;color:var(--soft)}input{display:block;width:100%;margin-top:4px;padding:10px;border:1px "
        + "solid var(--line);border-radius:6px;"
        + "background:var(--back);color:var(--ink);font:inherit}button{width:100%;padding:12px;border:0;border-radius:6px;background:var(--act);color:var(--on);font:inherit;font-weight:600}"
        + "input:focus-visible,button:focus-visible{outline:3px solid var(--act);outline-offset:2px}@media "
        + "(max-width:480px){dl{grid-template-columns:minmax(0,1fr);gap:0}dd{margin:0 0 10px}}";
}
