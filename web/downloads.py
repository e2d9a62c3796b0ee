"""Files to be saved: never shown in our pages, under any name, whatever they hold."""

from urllib.parse import quote

from litestar import Response


def attached(content: bytes, media_type: str, name: str) -> Response[bytes]:
    """Name a download in the form that every browser reads (RFC 6266)."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"content-disposition": disposition, "content-security-policy": "sandbox"}
    return Response(content, media_type=media_type, headers=headers)
