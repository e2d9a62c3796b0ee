"""The end: the same yen from the pages, from the ledger and from the sandbox."""

from web.story import books
from web.story.acts import topup
from web.story.acts.contract import AOI_RECEIVES, KEN_RECEIVES
from web.story.acts.posting import DESIGN_COST, TUNING_COST
from web.story.stage import Stage, must_equal

WITHHELD = 5_105
COMPANY_PAID = DESIGN_COST - WITHHELD + TUNING_COST
LEFT = topup.CREDITED - COMPANY_PAID
# Fee and its tax, earned on approval: 15 % of ¥50,000 and of ¥20,000, and 10 % of that.
FEES = {"design": (7_500, 750), "tuning": (3_000, 300)}


def play(stage: Stage) -> None:
    """Compare."""
    stage.act(11, "The same yen, three ways")
    _pages(stage)
    _ledger(stage)
    _sandbox(stage)


def _pages(stage: Stage) -> None:
    must_equal("the company's free balance on its page", topup.balance(stage), LEFT)
    for part in ("aoi", "ken"):
        visitor = stage.people[part].open("/earnings")
        left = [visitor.yen(f".is-{place}") for place in ("reserved", "payable", "transit")]
        must_equal(f"what {visitor.name} still waits for", left, [0, 0, 0])
    stage.say("Pages", f"Aoi was paid ¥{AOI_RECEIVES:,}, Ken ¥{KEN_RECEIVES:,}; the company has left", LEFT)


def _ledger(stage: Stage) -> None:
    """Read the postings of each contract, and every account of the company and of both people."""
    for name, received in (("design", AOI_RECEIVES), ("tuning", KEN_RECEIVES)):
        entries = _entries(stage, f"contract:{stage.paths[f'{name} contract'].rpartition('/')[2]}", "approve")
        fee, tax = FEES[name]
        expected = {"payable": -received, "revenue": -fee, "tax": -tax, "reserved": received + fee + tax}
        must_equal(f"the posting of the {name}'s approval", entries, expected)
        person = stage.owners[name]
        must_equal(f"the accounts of {person}", set(books.accounts(stage, person).values()), {0})
    company = books.accounts(stage, stage.owners["company"])
    free = {name: amount for name, amount in company.items() if amount}
    must_equal("the company's accounts", free, {f"{stage.owners['company']}:balance": -LEFT})
    stage.say("Ledger", "postings and accounts agree; the company's balance account holds", LEFT)


def _entries(stage: Stage, about: str, kind: str) -> dict[str, int]:
    """Return the entries of a contract's posting by what their account is for, and keep whose accounts they are."""
    found = {}
    for name, amount in books.posting(stage, about, kind):
        owner, _, purpose = (
            name.rpartition(":") if name.endswith(("balance", "payable")) else (name, "", name)
        )
        if purpose == "payable":
            stage.owners["design" if about.endswith(stage.paths["design contract"][-36:]) else "tuning"] = (
                owner
            )
        if ":reserved:" in name:
            purpose, stage.owners["company"] = "reserved", ":".join(name.split(":")[:2])
        found[{"revenue:platform_fee": "revenue", "tax:output": "tax"}.get(purpose, purpose)] = amount
    return found


def _sandbox(stage: Stage) -> None:
    dump = stage.sandbox.dump()
    transfers = [each for group in dump["transfers_by_op_id"].values() for each in group]
    payouts = [each for group in dump["payouts_by_op_id"].values() for each in group]
    for name, received in (("design", AOI_RECEIVES), ("tuning", KEN_RECEIVES)):
        sent = [each for each in transfers if each["id"] in stage.ids[name]]
        must_equal(f"transfers for the {name}", [each["amount"] for each in sent], [received])
        account = sent[0]["destination"]
        paid = [
            each["amount"] for each in payouts if each["id"] in stage.ids[name] and each["status"] == "paid"
        ]
        must_equal(f"payouts that arrived for the {name}", paid, [received])
        must_equal(f"what is left on {account}", dump["balances"][account], {"available": 0, "pending": 0})
    must_equal("the sandbox's balances are the sums of its transactions", dump["balances_agree"], True)
    stage.say("Sandbox", f"one transfer and one arrived payout each: ¥{AOI_RECEIVES:,} and", KEN_RECEIVES)
