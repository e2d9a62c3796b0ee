"""Mail that was caught instead of sent: kept in one SQLite file, read by the demo's mail page.

The directory also holds a note that tells the catcher how to behave, to live through a mail server that is down.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from enum import Enum
from html.parser import HTMLParser
from pathlib import Path

from marketplace.core.errors import N_, NotFound

MOST_KEPT = 5_000
SCHEMA = """
create table if not exists mail (
    id integer primary key autoincrement,
    received_at text not null default (strftime('%Y-%m-%dT%H:%M:%f+00:00')),
    sender text not null,
    raw blob not null
);
create table if not exists recipient (
    address text not null,
    mail_id integer not null references mail on delete cascade,
    primary key (address, mail_id)
) without rowid;
create index if not exists recipient_mail on recipient (mail_id);
"""
# The signs of a URL, not ending in one that belongs to the sentence around it.
LINK = re.compile(r"https?://[\w.~:/?#@!$&*+,;=%-]*[\w/~#&=%-]", re.ASCII)


class Behaviour(Enum):
    """What the catcher does with the next mail."""

    ACCEPT = "accept"
    DEFER = "defer"  # answers 451, as a server that is out of order for a while
    REFUSE = "refuse"  # drops every connection, as a server that is down


@dataclass(frozen=True, slots=True)
class Mail:
    """One line of the inbox. `sender` and `to` are what the headers say, `recipients` whom it was delivered to."""

    id: int
    received_at: datetime
    sender: str
    to: str
    recipients: tuple[str, ...]
    subject: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail with its contents; `links` are those of both bodies in order, each once; `attached` files with their bytes."""

    mail: Mail
    text: str
    html: str
    links: tuple[str, ...]
    attached: tuple[tuple[str, int], ...] = ()


def inbox(
    directory: Path, address: str | None = None, limit: int = 50, before: int | None = None
) -> list[Mail]:
    """Return caught mail, newest first: to one address or to all, older than the mail `before`."""
    with _reading(directory) as connection:
        if connection is None:
            return []
        rows = connection.execute(
            """
            select mail.id, received_at, raw from mail
            where (:before is null or mail.id < :before)
              and (:address is null
                   or exists (select mine.mail_id from recipient as mine
                              where mine.mail_id = mail.id and mine.address = lower(:address)))
            order by mail.id desc limit :limit
            """,
            {"before": before, "address": address, "limit": limit},
        ).fetchall()
        return [_mail(connection, *row) for row in rows]


def message(directory: Path, mail_id: int) -> Letter:
    """Return one caught mail with its contents; raises `NotFound`."""
    with _reading(directory) as connection:
        row = (
            connection
            and connection.execute("select id, received_at, raw from mail where id = ?", [mail_id]).fetchone()
        )
        if not connection or not row:
            raise NotFound(N_("There is no such mail; the oldest ones are forgotten."))
        parsed = message_from_bytes(row[2], policy=modern)
        text, html = _body(parsed, "plain"), _body(parsed, "html")
        files = tuple(
            (part.get_filename() or "", len(part.get_payload(decode=True) or b""))
            for part in parsed.iter_attachments()
        )
        return Letter(_mail(connection, *row), text, html, _links(text, html), files)


def keep(directory: Path, sender: str, recipients: Sequence[str], raw: bytes, most: int = MOST_KEPT) -> int:
    """Store a mail durably, forget all but the newest `most`, and return its number."""
    with closing(_open(directory)) as connection, connection:
        number = connection.execute("insert into mail (sender, raw) values (?, ?)", [sender, raw]).lastrowid
        connection.executemany(
            "insert or ignore into recipient (address, mail_id) values (?, ?)",
            [(address.lower(), number) for address in recipients],
        )
        connection.execute(
            "delete from mail where id <= (select id from mail order by id desc limit 1 offset ?)", [most]
        )
        return int(number or 0)


def behave(directory: Path, behaviour: Behaviour) -> None:
    """Tell the catcher of this directory, running or not, what to do from now on."""
    directory.mkdir(parents=True, exist_ok=True)
    draft = directory / "behaviour.new"
    draft.write_text(behaviour.value)
    draft.replace(directory / "behaviour")


def behaviour(directory: Path) -> Behaviour:
    """Return what the catcher does now."""
    try:
        return Behaviour((directory / "behaviour").read_text().strip())
    except FileNotFoundError:
        return Behaviour.ACCEPT


def _open(directory: Path) -> sqlite3.Connection:
    directory.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(directory / "mail.sqlite3", timeout=10)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma foreign_keys = on")
    connection.executescript(SCHEMA)
    return connection


@contextmanager
def _reading(directory: Path) -> Iterator[sqlite3.Connection | None]:
    if not (directory / "mail.sqlite3").exists():
        yield None
        return
    with closing(_open(directory)) as connection:
        yield connection


def _mail(connection: sqlite3.Connection, mail_id: int, received_at: str, raw: bytes) -> Mail:
    headers = message_from_bytes(raw, policy=modern)
    found = connection.execute("select address from recipient where mail_id = ? order by address", [mail_id])
    return Mail(
        id=mail_id,
        received_at=datetime.fromisoformat(received_at),
        sender=str(headers["from"] or ""),
        to=str(headers["to"] or ""),
        recipients=tuple(address for (address,) in found),
        subject=str(headers["subject"] or ""),
    )


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:  # an encoding that Python does not know
        return bytes(part.get_payload(decode=True)).decode(errors="replace")


def _links(text: str, html: str) -> tuple[str, ...]:
    anchors = _Anchors()
    anchors.feed(html)
    return tuple(dict.fromkeys([*LINK.findall(text), *anchors.found]))


class _Anchors(HTMLParser):
    """Collect where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") if tag == "a" else None
        if target and target.startswith(("http://", "https://")):
            self.found.append(target)
