"""Read the project's pages and sources as text, for the tests of the prose."""

import ast
import os
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
NOT_OURS = {".git", ".venv", ".data", ".hypothesis", "node_modules", "__pycache__", "dist"}
NOT_OURS |= {".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache"}
BINARY = {".pyc", ".png", ".jpg", ".jpeg", ".woff2", ".ico", ".otf", ".ttf", ".pdf", ".p12"}
SCREENSHOTS = {"task.png", "home.png", "earnings.png", "operator.png"}
PACKAGES = {
    "marketplace",
    "payouts",
    "matching",
    "web",
    "tests",
    "core",
    "contracts",
    "tasks",
    "activity",
    "alumni",
}
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w./-]+\.(?:py|sql|csv|json|po|svg|css|js|html|typ|toml|yml|md)")
NAMED = re.compile(r"((?:[a-z_]+/)*[a-z_]+)\.([A-Za-z_]+)(?:\.[a-z_]+)?")


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, relative to its root."""
    found = []
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [name for name in inside if name not in NOT_OURS]
        found += [(Path(folder) / name).relative_to(ROOT) for name in names if name not in {".git", ".env"}]
    return tuple(found)


PAGES = [path for path in files() if path.suffix == ".md"]


def text_of(path: Path | str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def prose(path: Path | str) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", text_of(path), flags=re.MULTILINE | re.DOTALL)


def code_spans(path: Path) -> list[str]:
    return CODE.findall(prose(path))


def endings() -> set[str]:
    """Every way to name a file by the end of its path."""
    return {"/".join(path.parts[start:]) for path in files() for start in range(len(path.parts))}


def defined_in(path: Path) -> set[str]:
    """The names that a module defines, methods and fields of its classes too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names
