"""temporary"""
from marketplace.core import clock, db
from marketplace.core.money import yen
from payouts import journal, postings

async def top_up(firms):
    for slug, amount in (("aoba", 3_000_000), ("minato", 900_000)):
        async with db.transaction(company=firms[slug].id):
            await journal.record(postings.topup(str(firms[slug].id), transaction=f"seed{slug}", arrived=yen(amount), fee_borne=yen(0), happened_at=await clock.now()))
