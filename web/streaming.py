"""Long answers, sent as they are made: a file that is never whole in memory."""

from collections.abc import AsyncIterator

from litestar.types import ASGIApp, Receive, Scope, Send


def sent(chunks: AsyncIterator[bytes], media_type: str, name: str) -> ASGIApp:
    """Answer with a download of this (plain) name, a piece at a time, in the task that serves the request."""
    headers = {
        "content-type": media_type,
        "content-disposition": f'attachment; filename="{name}"',
        "content-security-policy": "sandbox",
    }

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        lines = [(key.encode(), value.encode()) for key, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        async for chunk in chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return answer
