"""The prose leads somewhere: links, files, functions, commands and settings that pages name exist."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.docs.prose import (
    BINARY,
    FILE,
    LINK,
    NAMED,
    PACKAGES,
    PAGES,
    ROOT,
    SCREENSHOTS,
    code_spans,
    defined_in,
    endings,
    files,
    prose,
    text_of,
)
from web.cli import COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_leads_to_a_file_of_ours(page: Path) -> None:
    targets = [target.partition("#")[0] for target in LINK.findall(prose(page))]
    ours = [
        target for target in targets if target and "://" not in target and not target.startswith("mailto:")
    ]
    pictures = [target for target in ours if target.startswith("docs/screenshots/")]

    lost = [
        target
        for target in ours
        if target not in pictures and not (ROOT / page).parent.joinpath(target).exists()
    ]

    assert lost == []
    assert {Path(target).name for target in pictures} in ({*SCREENSHOTS}, set())


def test_the_screenshots_are_all_there_or_none() -> None:
    there = {
        path.name for path in files() if path.parent == Path("docs/screenshots") and path.suffix == ".png"
    }

    assert there in (SCREENSHOTS, set())


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = {span for span in code_spans(page) if FILE.fullmatch(span) and not span.startswith("…")}
    made_at_run_time = {"terms.json"}

    assert named - made_at_run_time - endings() == set()


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_function_and_table_that_a_page_names_is_in_its_module(page: Path) -> None:
    modules: dict[str, list[Path]] = defaultdict(list)
    for path in files():
        if path.suffix == ".py" and path.parts[0] != "tests":
            for start in range(len(path.parts)):
                modules["/".join(path.with_suffix("").parts[start:])].append(path)
    wrong = []
    for span in code_spans(page):
        match = NAMED.fullmatch(span)
        if match and "/" in match[1] and not FILE.fullmatch(span):
            known = modules.get(match[1], [])
            if any(match[2] in defined_in(module) for module in known):
                continue
            if known or match[1].partition("/")[0] in PACKAGES:
                wrong.append(span)

    assert wrong == []


def test_the_walk_of_the_architecture_names_real_actions() -> None:
    actions = re.findall(r"`(tasks|contracts)\.([a-z_]+)\.([a-z_]+)`", text_of("docs/architecture.md"))

    wrong = [
        action
        for action in actions
        if action[2] not in defined_in(Path("marketplace") / action[0] / f"{action[1]}.py")
    ]

    assert len(actions) > 4
    assert wrong == []


def test_the_readme_names_every_command_and_no_other() -> None:
    named = set(re.findall(r"`enishi ([a-z]+)", text_of("README.md")))

    assert named == set(COMMANDS)


def test_every_make_target_that_a_page_names_exists_and_the_readme_names_all() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## ", text_of("Makefile"), re.MULTILINE))
    named = {
        target
        for page in PAGES
        for span in code_spans(page)
        for target in re.findall(r"^make ([a-z]+)", span)
    }

    assert named <= targets
    assert targets <= set(re.findall(r"`make ([a-z]+)", text_of("README.md")))


def test_every_setting_that_a_page_names_is_explained_in_the_example() -> None:
    explained = set(re.findall(r"^#?([A-Z_]+)=", text_of(".env.example"), re.MULTILINE))
    setting = re.compile(
        r"\b(?:ENISHI|STRIPE|OPERATOR|SEAL|SMTP|MAIL|(?:(?:WEB|WORKER)_)?DATABASE|REDIS)_[A-Z_]+\b"
    )

    named = {name for page in PAGES for span in code_spans(page) for name in setting.findall(span)}

    assert named
    assert named <= explained


def test_every_decision_is_listed_and_has_its_context_choice_and_price() -> None:
    pages = sorted(
        path for path in PAGES if path.parent == Path("docs/decisions") and path.name != "README.md"
    )
    index = text_of("docs/decisions/README.md")

    assert len(pages) >= 10
    numbers = [page.name[:5] for page in pages]
    assert len(numbers) == len(set(numbers))
    for page in pages:
        assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", page.name)
        assert f"({page.name})" in index
        assert re.findall(r"^## (\w+)", text_of(page), re.MULTILINE) == ["Context", "Choice", "Price"]


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com")
    places = (
        r"/Us" + r"ers/\w",
        r"/ho" + r"me/\w+/",
        r"/ro" + r"ot/",
        r"/wo" + r"rk/(?:main|wt|venv|shared)\b",
    )
    secret = re.compile("|".join([*(re.escape(host) for host in hosts), *places, r"\.\./sha" + "red/"]))

    told = [
        f"{path}: {found[0]}"
        for path in files()
        if path.suffix not in BINARY
        for found in [secret.search((ROOT / path).read_text(encoding="utf-8", errors="replace"))]
        if found
    ]

    assert told == []


def test_no_page_holds_a_note_to_ourselves() -> None:
    note = re.compile(r"@@|\bTO" + r"DO\b|\bFIX" + r"ME\b|\bX" + r"XX\b")

    assert [str(page) for page in PAGES if note.search(text_of(page))] == []
