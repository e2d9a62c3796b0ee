"""Finished work is forgotten in time; unfinished work never is."""

from datetime import timedelta

import pytest

from marketplace.core import db, outbox

pytestmark = pytest.mark.usefixtures("database")


async def test_only_work_that_was_done_long_ago_is_forgotten():
    async with db.transaction(operator=True):
        for kind, done in (("old", "now() - interval '15 days'"), ("fresh", "now()"), ("open", "null")):
            await db.execute(f"insert into outbox (queue, kind, done_at) values ('work', '{kind}', {done})")

    forgotten = await outbox.forget_done(timedelta(days=14))

    async with db.transaction(operator=True):
        left = {row["kind"] for row in await db.fetch("select kind from outbox")}
    assert forgotten == 1
    assert left == {"fresh", "open"}
