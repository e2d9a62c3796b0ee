"""Closing packages as a tamperer opens them, and the script of docs/ that looks at them."""

import hashlib
import importlib.util
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

SCRIPT = Path(__file__).parents[3] / "docs" / "verify_closing.py"
UNLISTED = ("manifest.json", "manifest.sig")


def script() -> ModuleType:
    """Load the script as its reader has it."""
    spec = importlib.util.spec_from_file_location("verify_closing", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def contents(path: Path) -> dict[str, bytes]:
    """Return every file of a package."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write a package anew."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def listed_anew(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Write the manifest for the files as they are, as a careful forger does; he cannot sign it."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"] = {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
        if name not in UNLISTED
    }
    return {**files, "manifest.json": json.dumps(manifest, ensure_ascii=False).encode()}


def changed(files: Mapping[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    """Return the files with one text in one of them replaced; it must be there."""
    assert old.encode() in files[name], f"{old} is not in {name}"
    return {**files, name: files[name].replace(old.encode(), new.encode(), 1)}
