"""Act 9: everybody looks: the alumna at her statement, finance at each payout, the operator at the proof."""

import re

from web.story.acts.contract import AOI_RECEIVES, KEN_RECEIVES
from web.story.stage import Stage, must_equal
from web.story.visitor import StoryError


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(9, "Everybody can look")
    aoi = stage.people["aoi"]
    aoi.open("/earnings").must_see(f"¥{AOI_RECEIVES:,}")
    must_equal(
        "what is left on the way",
        [aoi.yen(f".is-{place}") for place in ("reserved", "payable", "transit")],
        [0, 0, 0],
    )
    stage.say("Aoi", "sees her statement; nothing is left reserved, payable or in transit")
    for name, amount in (("design", AOI_RECEIVES), ("tuning", KEN_RECEIVES)):
        _payout(stage, name, amount)
    operator = stage.people["operator"]
    operator.open("/operator").must_see("The ledger balances to the yen")
    must_equal("the sum of all accounts", operator.yen(".proof .zero"), 0)
    stage.say("Operator", "sees the proof that the ledger sums to", 0)


def _payout(stage: Stage, name: str, amount: int) -> None:
    """Finance opens the payout with its contract, document, postings and the provider's ids."""
    finance = stage.people["finance"]
    contract = stage.paths[f"{name} contract"].rpartition("/")[2]
    finance.open(stage.at("/money/payouts"))
    for path in dict.fromkeys(re.findall(r"/money/payouts/[0-9a-f-]{36}", finance.html)):
        if finance.open(stage.at(path)).sees(contract):
            break
    finance.must_see(f"¥{amount:,}")
    found = re.findall(r"\b(?:tr|po)_[A-Za-z0-9]+", finance.html)
    if not {"tr", "po"} <= {each[:2] for each in found} or not finance.sees("/terms.pdf"):
        raise StoryError(
            f"finance at {finance.url} does not see document and provider ids.\n{finance.text[:1500]}"
        )
    stage.ids[name] = tuple(dict.fromkeys(found))
    stage.say("Finance", f"sees contract, document, postings and {', '.join(stage.ids[name])}", amount)
