"""Mails as jobs: a lost server only delays them; a notice is marked when its mail has been taken."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from marketplace.core import db, outbox
from marketplace.core.errors import Message
from marketplace.core.settings import settings
from marketplace.notifications import (
    links,  # noqa: F401 - declares the wording of links
    mail,
    queries,
)
from marketplace.notifications.kinds import KINDS
from marketplace.people import sign_in


@outbox.handles("mail.notice")
async def mail_notice(job: outbox.Job, notice: str) -> None:
    """Mail one notice, unless it was mailed already."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """select n.*, p.email, p.locale from notification n join person p on p.id = n.person_id where n.id = $1""",
            UUID(notice),
        )
    if row is None or row["mailed_at"] is not None:
        return
    said = queries.read(dict(row))
    attach = KINDS[row["kind"]].attach
    async with db.transaction(operator=True):
        attached = await attach(row["params"]) if attach else None
    taps = KINDS[row["kind"]].taps
    buttons = [(Message(tap.text), tap.path) for tap in taps(row)] if taps else [(said.button, row["path"])]
    letter = mail.compose(
        row["email"],
        row["locale"],
        title=said.title,
        body=said.body,
        buttons=[(text, settings().base_url + path) for text, path in buttons],
        key=notice,
        attached=attached,
    )
    await mail.send(letter)
    async with db.transaction(operator=True):
        await db.execute("update notification set mailed_at = business_now() where id = $1", row["id"])
        await job.finish()


@outbox.handles("mail.link")
async def mail_link(
    job: outbox.Job, person: str, next_path: str, kind: str, minutes: int, params: dict[str, Any]
) -> None:
    """Make a sign-in link and mail it at once; a second try makes another link, both work once."""
    async with db.transaction(operator=True):
        row = await db.fetchrow("select email, locale from person where id = $1", UUID(person))
        if row is None:
            return
        token = await sign_in.make_link(UUID(person), next_path, timedelta(minutes=minutes))
    words = KINDS[f"link.{kind}"]
    holes = {
        **{name: queries.restored(value) for name, value in params.items()},
        "minutes": minutes,
        "days": max(minutes // 1440, 1),
    }
    title, body, button = (Message(text, holes) for text in (words.title, words.body, words.button))
    url = f"{settings().base_url}/sign-in/{quote(token)}"
    letter = mail.compose(
        row["email"], row["locale"], title=title, body=body, buttons=[(button, url)], key=str(job.id)
    )
    await mail.send(letter)
