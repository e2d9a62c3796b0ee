"""What nobody ought to write into a form, and what each form would take."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from selectolax.lexbor import LexborNode

LONG = "長" * 10_001
SCRIPT = "<script>alert(1)</script><b>太字</b>\"'"
TEXTS = {
    "nothing": "",
    "blanks": " \u3000\t",
    "10,001 characters": LONG,
    "emoji": "😀👨‍👩‍👧",
    "rare kanji": "髙𠮷",
    "markup": SCRIPT,
    "template": "{{ 7*7 }}%(x)s{0}",
    "too large a number": "9223372036854775808",
    "far too large a number": "9" * 400,
    "a negative number": "-1",
    "a fraction": "1.5e400",
    "a day long ago": "0001-01-01",
    "no day": "2026-02-30",
    "nobody's id": "0199ffff-ffff-7fff-bfff-ffffffffffff",
    "NUL": "a\x00b",
    "control characters": "\x07\x1b[31m\u202e",
    "half a character": "\ud800",
}
COMES_BACK = {"markup", "emoji", "rare kanji", "10,001 characters"}
"""What must stand in the field again after a refusal."""


@dataclass(frozen=True)
class Field:
    """One control of a form: what it is, and a value that it would take."""

    name: str
    kind: str
    likely: str


def fields(form: LexborNode) -> list[Field]:
    """Return the controls of a form, the form's token aside."""
    found: dict[str, Field] = {}
    for node in form.css("input[name], select[name], textarea[name], button[name]"):
        name = node.attributes["name"] or ""
        if name != "_csrf":
            found.setdefault(name, Field(name, _kind(node), _likely(node)))
    return list(found.values())


def _kind(node: LexborNode) -> str:
    return str(node.attributes.get("type") or node.tag) if node.tag == "input" else str(node.tag)


def _likely(node: LexborNode) -> str:
    value = node.attributes.get("value") or ""
    if node.tag == "select":
        options = [option.attributes.get("value") or "" for option in node.css("option")]
        return next((option for option in options if option), "")
    if value or "data-yen" in node.attributes:
        return value or "5,000"
    likely = {
        "email": "somebody@example.jp",
        "number": "1",
        "date": "2026-12-24",
        "checkbox": "on",
        "file": "",
    }
    return likely.get(_kind(node), "試し")


def bodies(controls: list[Field], *, most: int = 40) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what to send: one hostile value in every field at once, then in one field among likely ones."""
    likely = {control.name: control.likely for control in controls if control.likely}
    yield "the form as it is", likely
    yield "unknown fields", likely | {"id": "1", "company_id": "x", "__proto__": "x", "roles[]": "owner"}
    if not controls:
        return
    yield "everything twice", {name: [value, value] for name, value in likely.items()}
    for said, text in TEXTS.items():
        yield f"{said} everywhere", {control.name: text for control in controls}
    one_by_one = [(said, control) for control in controls for said in TEXTS]
    for said, control in one_by_one[:: max(1, -(-len(one_by_one) // most))]:
        yield f"{said} in {control.name}", likely | {control.name: TEXTS[said]}


def encoded(body: dict[str, Any], token: str) -> bytes:
    """Write a body as a browser would; half a character goes out as the bytes that it would be."""
    pairs = {"_csrf": token, **body}
    return urlencode(pairs, doseq=True, encoding="utf-8", errors="surrogatepass").encode()
