"""A run pulls what moved, page by page, and matches every movement to one posting."""

from marketplace.core import db
from tests.payouts.reconcile.conftest import World, breaks, reconcile


async def test_every_movement_of_a_sound_world_has_its_posting(world: World):
    run = await reconcile()

    async with db.transaction(operator=True):
        rules = await db.fetch("select rule, count(*) as n from balance_match group by rule order by rule")
        seen = await db.fetchval("select count(*) from balance_transaction")
    assert run["status"] == "done"
    assert await breaks() == []
    assert {row["rule"]: row["n"] for row in rules} == {
        "top_up": 2,
        "transfer": 1,
        "transfer_arrived": 1,
        "payout_paid": 1,
    }
    assert seen == run["matched_count"] == 5
