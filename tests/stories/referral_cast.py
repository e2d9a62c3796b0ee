"""Who and what the referral machine plays with: the terms of its bounties, and its candidates in all their spellings."""

from random import Random

from marketplace.core.money import yen
from marketplace.referrals.bounty_terms import Refund, Terms, Tranche
from tests.stories.referral_facts import Deal

DEALS = {
    "business": Deal(((0, 30_000), (20, 20_001)), 30, ((10, 8_000), (30, 2_500)), share=999),
    "hire": Deal(((0, 50_000), (45, 70_000)), 40, ((15, 10_000), (40, 3_333)), share=1_234),
    "gig": Deal(((0, 33_333),), 0, fixed=0),
}
FEE_KINDS = {"business": "contract_share", "hire": "pay_share", "gig": "fixed"}
KEYS = [f"{kind}{number}" for kind in ("m", "p", "pm") for number in range(5)]


def spelt(key: str, rng: Random) -> str:
    """Return one of the many spellings of a candidate's contact."""
    number = key.lstrip("pm")
    if key.startswith("pm"):
        return rng.choice([f"p{number}@example.org", f" P{number}+work@EXAMPLE.org "])
    if key.startswith("p"):
        return rng.choice(
            [f"090-1234-567{number}", f"+81 90 1234 567{number}", f"０９０１２３４５６７{number}"]
        )
    return rng.choice(
        [f"taku.{number}@gmail.com", f"Taku{number}+a@googlemail.com", f"t.aku{number}@gmail.com"]
    )


def terms(kind: str, deal: Deal) -> Terms:
    """Return a deal as the product keeps it."""
    return Terms(
        reward_type="payout",
        tranches=tuple(Tranche(after, yen(amount)) for after, amount in deal.parts),
        guarantee_days=deal.guarantee,
        ownership_days=deal.ownership,
        fee_kind=FEE_KINDS[kind] if deal.share or deal.fixed else "none",  # type: ignore[arg-type]
        fee_bp=deal.share,
        fee=yen(deal.fixed),
        refunds=tuple(Refund(within, bp) for within, bp in deal.refunds) if deal.share or deal.fixed else (),
        days_until_due=deal.due,
    )
