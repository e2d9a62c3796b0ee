"""Act 3: finance pays in, by bank transfer with instructions and by card on the hosted page."""

from web.story.stage import Stage, must_equal

# What is paid, and what of it is credited: the provider keeps 1.5 % of a transfer and 3.6 % of a card payment.
BANK, BANK_CREDITED = 80_000, 78_800
CARD, CARD_CREDITED = 20_000, 19_280
CREDITED = BANK_CREDITED + CARD_CREDITED
_CARD = {"card": "4242 4242 4242 4242", "expiry": "12/40", "cvc": "123"}


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(3, "The company pays in")
    _by_bank(stage)
    _by_card(stage)


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


def _by_card(stage: Stage) -> None:
    finance = stage.people["finance"]
    _quoted(stage, CARD, "card", CARD_CREDITED)
    finance.send(finance.form("/money/top-ups"))
    finance.send(finance.form("/checkout/").fill(email=finance.email, **_CARD))
    finance.wait_for(stage.at("/money"), f"¥{CREDITED:,}")
    must_equal("the free balance", balance(stage), CREDITED)
    stage.say("Finance", "pays by card on the hosted page; the free balance is now", CREDITED)


def balance(stage: Stage) -> int:
    """Return the company's free balance as its page says it."""
    return stage.people["finance"].open(stage.at("/money")).yen(".stats")
