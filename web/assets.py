"""Static files: read once, named by their content, kept by browsers for a year.

The stylesheets are written as small files and served as one, in the order below.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from web.visit import AnyRequest

FOLDER = Path(__file__).parent / "static"
STYLES = (
    "tokens", "reset", "base", "layout", "menu", "button", "card", "money", "thread", "match",
    "book", "form", "week", "way",
    "task", "contract", "note", "dialog", "chart", "utilities", "print",
)  # fmt: skip
STYLESHEET = "enishi.css"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file in memory, plain and compressed."""

    content: bytes
    packed: bytes | None
    version: str
    media_type: str


def _asset(name: str, content: bytes) -> Asset:
    media_type = TYPES.get(Path(name).suffix, "application/octet-stream")
    packed = gzip.compress(content, mtime=0) if "png" not in media_type else None
    return Asset(content, packed, hashlib.sha256(content).hexdigest()[:12], media_type)


@cache
def assets() -> dict[str, Asset]:
    """Return every static file by its name below `static/`, with the joined stylesheet added."""
    styles = b"\n".join((FOLDER / "css" / f"{name}.css").read_bytes() for name in STYLES)
    files = {
        str(path.relative_to(FOLDER)): path.read_bytes()
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in TYPES and path.parent.name != "css"
    }
    return {name: _asset(name, content) for name, content in {**files, STYLESHEET: styles}.items()}


@cache
def asset(name: str) -> str:
    """Return the address of a static file, with its version; a name that does not exist is a bug."""
    return f"/static/{name}?v={assets()[name].version}"


@get("/static/{name:path}", opt={"public": True}, include_in_schema=False, cache_control=None)
async def static_file(name: FromPath[str], request: AnyRequest) -> Response[bytes]:
    """Answer with a file from memory; only an address with the right version is kept for ever."""
    found = assets().get(name.lstrip("/"))
    if found is None:
        raise NotFoundException
    headers = {"etag": f'"{found.version}"', "vary": "accept-encoding"}
    headers["cache-control"] = FOREVER if request.query_params.get("v") == found.version else "no-cache"
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(b"", status_code=304, headers=headers, media_type=found.media_type)
    if found.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(found.packed, headers=headers, media_type=found.media_type)
    return Response(found.content, headers=headers, media_type=found.media_type)
