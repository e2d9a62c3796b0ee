"""Every file that leaves for a company or for the operator is written into the audit log, before its first byte is sent.

It stands at the front, so that no page can forget it: what is answered as a file to be saved is an export, whoever made
it. What alumni take of their own is theirs, and is not watched.
"""

from litestar.types import Scope
from litestar.types.asgi_types import HTTPResponseStartEvent

from marketplace.activity.actions import record
from marketplace.core import db
from marketplace.core.actor import Actor
from web.visit import Visit

LONGEST = 500


async def note(scope: Scope, visit: Visit, start: HTTPResponseStartEvent) -> None:
    """Record that a file is handed out: which one, to whom. It raises where it cannot, and nothing is handed out."""
    if start["status"] != 200 or not _is_file(start):  # noqa: PLR2004
        return
    by = actor(visit)
    if by is not None:
        route = scope.get("path_template") or visit.path
        async with db.transaction(**by.scope):
            await record(
                "exported",
                f"file:{route}",
                by=by,
                company=by.company,
                path=visit.path,
                query=visit.query[:LONGEST],
            )


def _is_file(start: HTTPResponseStartEvent) -> bool:
    return any(
        name.lower() == b"content-disposition" and value.startswith(b"attachment")
        for name, value in start["headers"]
    )


def actor(visit: Visit) -> Actor | None:
    """Return as whom somebody came who is a member or the operator at this address; None for everybody else."""
    if visit.info is None:
        return None
    if visit.slug:
        return visit.info.as_member(visit.slug)
    at_operators = visit.info.is_operator and visit.path.startswith("/operator")
    return visit.info.as_operator() if at_operators else None
