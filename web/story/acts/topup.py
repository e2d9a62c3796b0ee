"""Act 3: finance pays in, by bank transfer with instructions and by card on the hosted page."""

from web.story.stage import Stage, must_equal

# What is paid, and what of it is credited: the provider keeps 1.5 % of a transfer and 3.6 % of a card payment.
BANK, BANK_CREDITED = 80_000, 78_800
CARD, CARD_CREDITED = 20_000, 19_280
CREDITED = BANK_CREDITED + CARD_CREDITED
CARD_DETAILS = {"card": "4242 4242 4242 4242", "expiry": "12/40", "cvc": "123"}


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(3, "The company pays in")
    _by_bank(stage)
    by_card(stage, CARD, CARD_CREDITED, CREDITED)


def _quoted(stage: Stage, amount: int, method: str, credited: int) -> None:
    finance = stage.people["finance"]
    finance.open(stage.at(f"/money/top-up?amount={amount}&method={method}")).must_see(f"¥{credited:,}")


def _by_bank(stage: Stage) -> None:
    finance = stage.people["finance"]
    _quoted(stage, BANK, "bank", BANK_CREDITED)
    finance.send(finance.form("/money/top-ups"))
    stage.say("Finance", "reads to which virtual account to transfer, and transfers", BANK)
    stage.sandbox.bank_transfer(finance.fact("Account number"), BANK, sender="ツバメドウ")
    finance.wait_for(stage.at("/money"), f"¥{BANK_CREDITED:,}")
    stage.say("Bank", "the transfer arrives; credited after the provider's fee", BANK_CREDITED)


def by_card(stage: Stage, amount: int, credited: int, free: int) -> None:
    """Pay in by card on the hosted page: `credited` of the amount arrives, and `free` is the balance then."""
    finance = stage.people["finance"]
    _quoted(stage, amount, "card", credited)
    finance.send(finance.form("/money/top-ups"))
    finance.send(finance.form("/checkout/").fill(email=finance.email, **CARD_DETAILS))
    finance.wait_for(stage.at("/money"), f"¥{free:,}")
    must_equal("the free balance", balance(stage), free)
    stage.say("Finance", "pays by card on the hosted page; the free balance is now", free)


def balance(stage: Stage) -> int:
    """Return the company's free balance as its page says it."""
    return stage.people["finance"].open(stage.at("/money")).yen(".stats")
