"""Act 8: the clock moves and the money with it; one bank refuses, the money is put back, mended, and arrives."""

from web.story.acts.contract import AOI_RECEIVES, KEN_RECEIVES
from web.story.stage import Stage, must_equal
from web.story.visitor import Visitor

MENDED = "0007654"
MOST_DAYS = 9


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(8, "The money goes out")
    aoi, ken = stage.people["aoi"], stage.people["ken"]
    _ask_early(stage, aoi, "Aoi", AOI_RECEIVES)
    _pass_days_until(stage, aoi, "/earnings", ".is-transit", AOI_RECEIVES)
    stage.say("Enishi", "transfers and pays out; in transit to Aoi's bank", AOI_RECEIVES)
    _pass_days_until(stage, ken, "/earnings", ".is-payable", KEN_RECEIVES)
    stage.say("Enishi", "nobody answered Ken's delivery: approved by silence, payable", KEN_RECEIVES)
    _ask_early(stage, ken, "Ken", KEN_RECEIVES)
    _pass_days_until(stage, aoi, "/earnings", ".is-transit", 0)
    aoi.wait_for(stage.paths["design contract"], "Paid on")
    stage.say("Bank", "Aoi's money has arrived; the contract is paid", AOI_RECEIVES)
    _bank_refuses(stage, ken)
    _mend(stage, ken)
    _pass_days_until(stage, ken, "/earnings", ".is-payable", 0)
    _pass_days_until(stage, ken, "/earnings", ".is-transit", 0)
    ken.wait_for(stage.paths["tuning contract"], "Paid on")
    stage.say("Bank", "the second attempt arrives at Ken's new account", KEN_RECEIVES)


def _ask_early(stage: Stage, alumnus: Visitor, name: str, amount: int) -> None:
    must_equal(f"payable to {name}", alumnus.open("/earnings").yen(".is-payable"), amount)
    alumnus.must_see("Why am I not paid yet?")
    alumnus.send(alumnus.form("/early"))
    stage.say(name, "reads why it is not paid yet, and asks for it early", amount)
    stage.move_clock(1)


def _pass_days_until(stage: Stage, alumnus: Visitor, path: str, selector: str, amount: int) -> None:
    """Move the clock by days, letting each day's work end, until a page shows the amount."""
    for _ in range(MOST_DAYS):
        if alumnus.open(path).yen(selector) == amount:
            return
        stage.move_clock(24)
        alumnus.settle(path, selector, amount)
    must_equal(f"{selector} of {alumnus.name} after {MOST_DAYS} days", alumnus.open(path).yen(selector), amount)


def _bank_refuses(stage: Stage, ken: Visitor) -> None:
    for _ in range(MOST_DAYS):
        if ken.open("/me/payout").sees("refused the account"):
            break
        stage.move_clock(24)
        ken.wait_a_little("/me/payout", "refused the account")
    ken.open("/me/payout").must_see("refused the account")
    must_equal("payable to Ken again", ken.open("/earnings").yen(".is-payable"), KEN_RECEIVES)
    stage.say("Bank", "sends Ken's payout back: the account is closed; payable again", KEN_RECEIVES)


def _mend(stage: Stage, ken: Visitor) -> None:
    ken.send(ken.open("/me/payout").form("/me/payout/bank"))
    form = ken.form("/connect/express/")
    form.fill(bank_name="みどり銀行", bank_code="0005", branch_code="002", number=MENDED, holder="キノシタ ケン")
    ken.send(form)
    ken.wait_for("/me/payout", f"•••{MENDED[-4:]}")
    stage.say("Ken", "gives another bank account on the sandbox's page")
