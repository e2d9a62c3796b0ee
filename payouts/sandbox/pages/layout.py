"""The frame of a hosted page and its form fields: plain HTML that needs no script."""

from collections.abc import Mapping
from html import escape

from payouts.sandbox.pages.words import word
from payouts.sandbox.protocol import Reply

_STYLE = """
:root { color-scheme: light dark; font-family: system-ui, "Hiragino Sans", "Noto Sans JP", sans-serif; }
body { margin: 0; line-height: 1.6; }
.banner { background: #7a2e00; color: #fff; padding: .6rem 1rem; text-align: center; font-weight: 600; }
main { max-width: 34rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; word-break: auto-phrase; }
fieldset { border: 1px solid #8888; border-radius: .5rem; margin: 0 0 1.5rem; padding: 1rem; }
legend { font-weight: 600; padding: 0 .4rem; }
label { display: block; margin-top: .8rem; font-weight: 600; }
label.check { font-weight: 400; }
input:not([type=checkbox]), select { font: inherit; width: 100%; padding: .5rem; box-sizing: border-box; }
[aria-invalid=true] { border: 2px solid #b3261e; }
.error { color: light-dark(#b3261e, #ffb4ab); }
.hint { font-size: .9rem; }
.total { font-size: 1.4rem; font-variant-numeric: tabular-nums; }
button { font: inherit; font-weight: 600; padding: .7rem 1.4rem; border: 0; border-radius: .4rem;
  background: #3f3cbb; color: #fff; width: 100%; margin-top: 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: start; padding: .3rem .5rem .3rem 0; }
:focus-visible { outline: 3px solid #6a67ff; outline-offset: 2px; }
"""
_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page(locale: str, title: str, body: str, *, status: int = 200) -> Reply:
    """Frame a body of HTML under a heading and the banner that says whose money this is."""
    text = (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        f'<div class="banner" role="note">{word(locale, "banner")}</div>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return Reply(status, text, _HEADERS)


def redirect(url: str) -> Reply:
    """Send the browser on with GET."""
    return Reply(303, "", {"Location": url, "Content-Type": "text/plain"})


def message(locale: str, title: str, sentence: str, *, status: int = 200) -> Reply:
    """Show a heading and one sentence."""
    return page(locale, word(locale, title), f"<p>{word(locale, sentence)}</p>", status=status)


def problems(locale: str, errors: Mapping[str, str]) -> str:
    """Sum up what is wrong, with a link to each field."""
    if not errors:
        return ""
    points = "".join(
        f'<li><a href="#{name}">{_label(locale, name)}</a>: {escape(text)}</li>'
        for name, text in errors.items()
    )
    return f'<div role="alert" class="error"><p>{word(locale, "problems")}</p><ul>{points}</ul></div>'


def field(
    locale: str, name: str, typed: Mapping[str, str], errors: Mapping[str, str], **attributes: str
) -> str:
    """Show one labelled input with what was typed and what is wrong with it."""
    wrong = errors.get(name)
    given = {"type": "text", **attributes, "value": typed.get(name, "")}
    if wrong:
        given |= {"aria-invalid": "true", "aria-describedby": f"{name}-error"}
    listed = " ".join(f'{key}="{escape(value)}"' for key, value in given.items())
    note = f'<p class="error" id="{name}-error">{escape(wrong)}</p>' if wrong else ""
    return (
        f'<label for="{name}">{_label(locale, name)}</label><input id="{name}" name="{name}" {listed}>{note}'
    )


def _label(locale: str, name: str) -> str:
    return escape(word(locale, name))


def yen(amount: int) -> str:
    """Write an amount in yen."""
    return f"¥{amount:,}"
