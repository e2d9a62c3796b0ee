"""Read what happened."""

from typing import Any

from marketplace.core import db


async def timeline(*subjects: str, limit: int = 50) -> list[dict[str, Any]]:
    """Return the newest events of these subjects that the scope may see: verb, actor, data, happened_at."""
    rows = await db.fetch(
        """select id, verb, actor, subject, data, happened_at from activity_event
           where subject = any($1::text[]) order by id desc limit $2""",
        list(subjects),
        limit,
    )
    return [dict(row) for row in rows]
