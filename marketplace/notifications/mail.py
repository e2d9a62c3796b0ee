"""Write a mail, plain and HTML, in the reader's language, and hand it to the SMTP server."""

import html
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import urlsplit

import aiosmtplib

from marketplace.core import i18n
from marketplace.core.errors import N_, Message, Unavailable
from marketplace.core.settings import settings
from marketplace.notifications.kinds import Attachment

_BUTTON = """<a href="{}" style="display:inline-block;background:#a8452b;color:#fff;padding:.7rem 1.4rem;margin:0 .5rem .5rem 0;
border-radius:6px;text-decoration:none;font-weight:bold">{}</a>"""


def compose(
    to: str,
    locale: str,
    *,
    title: Message,
    body: Message,
    buttons: Sequence[tuple[Message, str]],
    key: str,
    attached: Attachment | None = None,
) -> EmailMessage:
    """Return a mail with its buttons, each a text and an address. `key` makes the Message-ID the same at every try, so that a copy is recognisable."""
    say = i18n.sayer(locale)
    sender = settings().operator_name
    mail = EmailMessage()
    mail["Subject"] = say(title).replace("\n", " ")
    mail["From"] = settings().mail_from
    mail["To"] = to
    mail["Date"] = formatdate()
    host = urlsplit(settings().base_url).hostname or "enishi.example"
    mail["Message-ID"] = f"<{key}@{host}>" if key else make_msgid(domain=host)
    mail["Auto-Submitted"] = "auto-generated"
    foot = say(Message(N_("Sent by Enishi, operated by %(operator)s."), {"operator": sender}))
    plain = "\n\n".join(f"{say(text)}:\n{url}" for text, url in buttons)
    mail.set_content(f"{say(title)}\n\n{say(body)}\n\n{plain}\n\n-- \n{foot}\n")
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in say(body).split("\n\n"))
    links = "\n".join(_BUTTON.format(html.escape(url), html.escape(say(text))) for text, url in buttons)
    mail.add_alternative(
        f"""<!doctype html><html lang="{locale}"><body style="font-family:sans-serif;line-height:1.7;color:#2a2622">
<h1 style="font-size:1.2rem">{html.escape(say(title))}</h1>{paragraphs}
<p>{links}</p>
<p style="color:#6b635b;font-size:.8rem">{html.escape(foot)}</p></body></html>""",
        subtype="html",
    )
    if attached is not None:
        main, _, sub = attached.media_type.partition("/")
        mail.add_attachment(attached.content, maintype=main, subtype=sub, filename=attached.name)
    return mail


async def send(mail: EmailMessage) -> None:
    """Send by SMTP_URL (smtp://, smtps://, with user:password@ and STARTTLS where offered); raises Unavailable."""
    parts = urlsplit(settings().smtp_url)
    try:
        await aiosmtplib.send(
            mail,
            hostname=parts.hostname or "127.0.0.1",
            port=parts.port or 25,
            username=parts.username,
            password=parts.password,
            use_tls=parts.scheme == "smtps",
            timeout=15,
        )
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unavailable(N_("The mail server does not answer.")) from error
