"""Vectors of texts, kept between runs by their SHA-256 in the user's cache folder: embedding a CV costs a core's second."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from matching.embedding import BOUND, MODEL, embed_query, embed_texts
from matching.meaning import Vector

FILE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "enishi" / "vectors.jsonl"


class Vectors:
    """Embed queries and texts once each."""

    def __init__(self, file: Path = FILE) -> None:
        self._file = file
        self._known: dict[str, Vector] = {}
        if file.exists():
            for line in file.read_text().splitlines():
                key, vector = json.loads(line)
                self._known[key] = tuple(vector)

    def query(self, text: str) -> Vector:
        return self._vector("query", text, embed_query)

    def texts(self, texts: Iterable[str]) -> list[Vector]:
        return [self._vector("text", text, lambda one: embed_texts([one])[0]) for text in texts]

    def _vector(self, kind: str, text: str, embed: Callable[[str], Vector]) -> Vector:
        key = hashlib.sha256("\0".join([MODEL, kind, text[:BOUND]]).encode()).hexdigest()
        if key not in self._known:
            self._known[key] = embed(text)
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a") as kept:
                kept.write(json.dumps([key, self._known[key]]) + "\n")
        return self._known[key]
