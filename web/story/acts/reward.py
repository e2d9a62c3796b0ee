"""Act 14: the invoice is paid, a sign holds the reward until a person has looked, and it reaches Mei's bank to the yen."""

import re

from web.story import books
from web.story.acts import alumni, payment, topup
from web.story.acts.coming_true import ASKED, BALANCE, FEE, TAX
from web.story.acts.referral import REWARD
from web.story.stage import Stage, must_equal
from web.story.visitor import StoryError

ANSWER = "同じコワーキングスペースから開きました。別の人です。"


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(14, "The success fee comes in, the reward goes out")
    _pay(stage)
    _clear(stage)
    mei = stage.people["mei"]
    alumni.set_up_payment(mei, "0002345")
    stage.move_clock(1)
    mei.wait_for("/earnings", "Why am I not paid yet?")
    payment.ask_early(stage, mei, "Mei", REWARD)
    payment.arrive(stage, mei)
    mei.open("/earnings").must_see(f"¥{REWARD:,}")
    stage.say("Bank", "Mei's reward has arrived; her statement shows it", REWARD)
    _compare(stage)


def _pay(stage: Stage) -> None:
    """Finance reads the invoice and pays it by card on the provider's page."""
    finance = stage.people["finance"]
    finance.wait_for(stage.at("/money/invoices"), "/money/invoices/")
    at = finance.link(f"{stage.at('/money/invoices')}/")
    finance.wait_for(at, "Pay now").must_see(f"¥{FEE:,}", f"¥{TAX:,}", f"¥{REWARD:,}", f"¥{ASKED:,}")
    stage.paths["invoice"] = finance.path
    stage.say(
        "Enishi", f"asks for the fee ¥{FEE:,}, its tax ¥{TAX:,} and the reward ¥{REWARD:,}: together", ASKED
    )
    finance.follow("Pay now")
    finance.send(finance.form("/invoices/").fill(**topup.CARD_DETAILS))
    finance.wait_for(stage.paths["invoice"], "Paid on")
    if not finance.download("invoice-ja.pdf").startswith(b"%PDF"):
        raise StoryError("the invoice is no PDF")
    stage.say("Finance", "pays by card on the hosted page, and keeps the paper", ASKED)


def _clear(stage: Stage) -> None:
    """Both sit at this machine, which is a sign: held with its reason, answered, and lifted by a person."""
    mei, operator = stage.people["mei"], stage.people["operator"]
    mei.wait_for(stage.paths["claim"], "Your reward waits for a check")
    mei.send(mei.form("/appeal").fill(appeal=ANSWER))
    stage.say("Enishi", "holds the reward: both came from one network address; Mei reads it and answers")
    operator.open("/operator/flags")
    operator.follow("/operator/flags/").must_see(ANSWER)
    operator.send(operator.form("/decision").fill(outcome="clear", decision="別人であることを確認しました。"))
    stage.say("Operator", "reads the answer and lifts the hold, with a reason")


def _compare(stage: Stage) -> None:
    """The same yen from the pages, from the ledger and from the sandbox."""
    mei = stage.people["mei"]
    left = [mei.open("/earnings").yen(f".is-{place}") for place in ("reserved", "payable", "transit")]
    must_equal("what Mei still waits for", left, [0, 0, 0])
    must_equal("the company's free balance on its page", topup.balance(stage), BALANCE)
    _ledger(stage)
    stage.say("Ledger", "invoice, vesting and accounts agree; of the invoice nothing is left open", 0)
    _sandbox(stage)
    stage.say("Sandbox", "one transfer and one arrived payout for the reward", REWARD)


def _ledger(stage: Stage) -> None:
    company, number = stage.owners["company"], stage.paths["claim"].rpartition("/")[2]
    asked = dict(books.posting(stage, f"invoice:{stage.paths['invoice'].rpartition('/')[2]}", "invoice"))
    awaiting = next(name for name in asked if ":awaiting:" in name)
    person = ":".join(awaiting.split(":")[:2])
    expected = {
        f"{company}:receivable": ASKED,
        "revenue:success_fee": -FEE,
        "tax:output": -TAX,
        awaiting: -REWARD,
    }
    must_equal("the posting of the invoice", asked, expected)
    vested = dict(books.posting(stage, f"claim:{number}", "vest"))
    must_equal(
        "the posting of the vesting",
        vested,
        {f"{person}:unvested:{number}": REWARD, f"{person}:payable": -REWARD},
    )
    must_equal("the accounts of Mei", set(books.accounts(stage, person).values()), {0})
    held = {name: amount for name, amount in books.accounts(stage, company).items() if amount}
    must_equal("the company's accounts", held, {f"{company}:balance": -BALANCE})


def _sandbox(stage: Stage) -> None:
    """Find the payout among the company's as finance sees it, and its ids at the sandbox."""
    finance, dump = stage.people["finance"], stage.sandbox.dump()
    finance.open(stage.at("/money/payouts"))
    for path in dict.fromkeys(re.findall(r"/money/payouts/[0-9a-f-]{36}", finance.html)):
        if finance.open(stage.at(path)).sees(stage.people["mei"].name):
            break
    ids = set(re.findall(r"\b(?:tr|po)_[A-Za-z0-9]+", finance.html))
    for kind in ("transfers", "payouts"):
        made = [each for group in dump[f"{kind}_by_op_id"].values() for each in group if each["id"] in ids]
        must_equal(f"{kind} for the reward", [each["amount"] for each in made], [REWARD])
    must_equal("the sandbox's balances are the sums of its transactions", dump["balances_agree"], True)
