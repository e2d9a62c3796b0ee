"""Every sentence that a person may read exists in both languages."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from jinja2.ext import babel_extract

from marketplace.core import i18n

ROOT = Path(__file__).parents[2]
PACKAGES = ("marketplace", "payouts", "matching", "web")
MARKERS = {"_": 1, "N_": 1, "gettext": 1, "ngettext": 2}
HOLE = re.compile(r"%\((\w+)\)s")


def from_python(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in MARKERS and node.args and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return {text for text in found if isinstance(text, str)}


def from_template(path: Path) -> set[str]:
    found = set()
    with path.open("rb") as file:
        for _line, _function, message, _comments in babel_extract(file, tuple(MARKERS), (), {}):
            found.add(message if isinstance(message, str) else message[0])
    return found


@cache
def in_the_source() -> dict[str, set[str]]:
    """Every marked sentence, with the files that say it."""
    found: dict[str, set[str]] = defaultdict(set)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            texts: set[str] = set()
            if path.suffix == ".py":
                texts = from_python(path)
            elif path.suffix in {".html", ".txt", ".typ"} and "templates" in path.parts:
                texts = from_template(path)
            for text in texts:
                found[text].add(str(path.relative_to(ROOT)))
    return found


@cache
def in_japanese() -> dict[str, list[tuple[str, str]]]:
    """Every translation, with the catalogue that holds it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, catalogue in i18n.read_catalogues("ja"):
        for message in catalogue:
            if message.id:
                singular = i18n.first(message.id)
                text = i18n.first(message.string)
                found[singular].append((name, "" if message.fuzzy else text))
    return found


def test_every_sentence_has_a_japanese_translation():
    missing = {text: sorted(files) for text, files in in_the_source().items() if text not in in_japanese()}
    empty = [
        text for text, entries in in_japanese().items() if not all(written for _name, written in entries)
    ]

    assert not missing, missing
    assert not empty, empty


def test_a_translation_has_the_same_named_holes_as_its_sentence():
    wrong = {}
    for _name, catalogue in i18n.read_catalogues("ja"):
        for message in filter(lambda each: each.id, catalogue):
            said = message.id if isinstance(message.id, str) else message.id[-1]
            written = i18n.first(message.string)
            if set(HOLE.findall(said)) != set(HOLE.findall(written)):
                wrong[said] = written

    assert not wrong, wrong


def test_no_catalogue_keeps_a_sentence_that_nobody_says_any_more():
    stale = {
        text: [name for name, _ in entries]
        for text, entries in in_japanese().items()
        if text not in in_the_source()
    }

    assert not stale, stale


def test_areas_that_translate_the_same_sentence_agree():
    different = {
        text: entries
        for text, entries in in_japanese().items()
        if len({written for _name, written in entries}) > 1
    }

    assert not different, different


def test_the_extraction_sees_templates_and_python():
    said = in_the_source()

    assert "web/templates/base.html" in said["Skip to the content"]
    assert "marketplace/core/errors.py" in said["Please correct the marked fields."]
