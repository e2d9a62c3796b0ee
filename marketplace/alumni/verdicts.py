"""What a row of an alumni file would do to the network: create, update, nothing, or be refused. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from marketplace.alumni.csv_import import Problem, Row
from marketplace.core.errors import N_, Message

FIELDS = ("external_key", "email", "name", "former_unit", "former_title", "joined_on", "left_on")


class Known(NamedTuple):
    """A membership that the network has already; days are ISO 8601 text, as in a row, or None."""

    id: UUID
    person_id: UUID
    status: str
    external_key: str
    email: str
    name: str
    former_unit: str
    former_title: str
    joined_on: str | None
    left_on: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a row: `target` is the membership that it means, `values` all fields as they would stand."""

    row: Row
    kind: Literal["create", "update", "same", "refuse"]
    target: Known | None
    values: Mapping[str, str | None]
    problems: tuple[Problem, ...]


def judge(rows: Iterable[Row], known: Iterable[Known]) -> list[Verdict]:
    """Judge rows by the stable key, then by address. Two rows never mean the same person: the later one is refused."""
    by_key, by_email = {}, {}
    for membership in known:
        by_key[membership.external_key] = membership
        by_email[membership.email] = membership
    taken: dict[UUID, int] = {}
    verdicts = []
    for row in rows:
        verdict = _judge(row, by_key, by_email)
        if verdict.kind in {"update", "same"} and verdict.target is not None:
            line = taken.setdefault(verdict.target.id, row.line)
            if line != row.line:
                verdict = _refused(
                    row, "", Message(N_("Line %(line)s speaks of the same person."), {"line": line})
                )
        verdicts.append(verdict)
    return verdicts


def _judge(row: Row, by_key: Mapping[str, Known], by_email: Mapping[str, Known]) -> Verdict:
    if row.problems:
        return Verdict(row, "refuse", None, row.data, row.problems)
    same_key, same_email = by_key.get(row.data["external_key"]), by_email.get(row.data["email"])
    target = same_key or same_email
    if target is None:
        return Verdict(row, "create", None, {field: row.data.get(field) for field in FIELDS}, ())
    if same_key and same_email and same_key.id != same_email.id:
        return _refused(row, "email", _belongs_to(same_email))
    if target.status == "left":
        return _refused(
            row, "", Message(N_("This person has left the network. Only they themselves can come back."))
        )
    return _compare(row, target)


def _compare(row: Row, target: Known) -> Verdict:
    """A cell that is empty changes nothing; an address with which somebody signs in is that person's own."""
    before = {field: getattr(target, field) for field in FIELDS}
    values = {field: row.data.get(field) or before[field] for field in FIELDS}
    notes: tuple[Problem, ...] = ()
    if target.status == "active" and values["email"] != target.email:
        values["email"] = target.email
        notes = (Problem("email", Message(N_("This person signs in with another address and keeps it."))),)
    if values["joined_on"] and values["left_on"] and values["joined_on"] > values["left_on"]:
        return _refused(row, "left_on", Message(N_("This person left before joining.")))
    return Verdict(row, "same" if values == before else "update", target, values, notes)


def changes(verdict: Verdict) -> list[tuple[str, str, str]]:
    """Return what an update would change: column, what stands now, what would stand; empty text where nothing stands."""
    if verdict.kind != "update" or verdict.target is None:
        return []
    return [
        (field, getattr(verdict.target, field) or "", verdict.values[field] or "")
        for field in FIELDS
        if getattr(verdict.target, field) != verdict.values[field]
    ]


def _belongs_to(other: Known) -> Message:
    text = N_("This address belongs to %(name)s (employee number %(key)s).")
    return Message(text, {"name": other.name, "key": other.external_key})


def _refused(row: Row, field: str, message: Message) -> Verdict:
    return Verdict(row, "refuse", None, row.data, (Problem(field, message),))


def day(text: str | None) -> date | None:
    """Return the day of a value."""
    return date.fromisoformat(text) if text else None
