"""Act 8: the clock moves and the money with it; one bank refuses, the money is put back, mended, and arrives."""

from collections.abc import Callable
from datetime import date

from web.story.acts.contract import AOI_RECEIVES, KEN_RECEIVES
from web.story.stage import Stage, must_equal
from web.story.visitor import PATIENCE, StoryError, Visitor, soon

MENDED = "0007654"
MOST_DAYS = 9


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(8, "The money goes out")
    aoi, ken = stage.people["aoi"], stage.people["ken"]
    ask_early(stage, aoi, "Aoi", AOI_RECEIVES)
    _by_silence(stage, ken)
    ask_early(stage, ken, "Ken", KEN_RECEIVES)
    arrive(stage, aoi)
    aoi.wait_for(stage.paths["design contract"], "Paid on")
    stage.say("Bank", "Aoi's money has arrived; the contract is paid", AOI_RECEIVES)
    arrive(stage, ken)
    ken.wait_for("/me/payout", "refused the account")
    must_equal("payable to Ken again", ken.open("/earnings").yen(".is-payable"), KEN_RECEIVES)
    stage.say("Bank", "sends Ken's payout back: the account is closed; payable again", KEN_RECEIVES)
    _mend(stage, ken)
    arrive(stage, ken)
    ken.wait_for(stage.paths["tuning contract"], "Paid on")
    stage.say("Bank", "the second attempt arrives at Ken's new account", KEN_RECEIVES)


def ask_early(stage: Stage, alumnus: Visitor, name: str, amount: int) -> None:
    """Ask to be paid before the due date; the next run starts it, and a day later the payout is on its way."""
    must_equal(f"payable to {name}", alumnus.open("/earnings").yen(".is-payable"), amount)
    alumnus.must_see("Why am I not paid yet?")
    alumnus.send(alumnus.form("/early"))
    stage.say(name, "reads why it is not paid yet, and asks for it early", amount)
    _start(stage, alumnus, amount)
    stage.say("Enishi", f"transfers and pays out; in {name}'s bank on {_promised(alumnus):%d %B}", amount)


def _start(stage: Stage, alumnus: Visitor, amount: int) -> None:
    """Let the next run start the payout; the transfer is usable a day later, then the bank has it."""
    stage.move_clock(1)
    if not soon(lambda: alumnus.open("/earnings").yen(".is-transit") == amount, PATIENCE):
        raise StoryError(f"nothing is in transit to {alumnus.name}.\n{alumnus.text[:1500]}")
    _pass_days_until(stage, alumnus, lambda: _promised(alumnus) is not None)


def _by_silence(stage: Stage, ken: Visitor) -> None:
    _pass_days_until(stage, ken, lambda: ken.open("/earnings").yen(".is-payable") == KEN_RECEIVES)
    stage.say("Enishi", "nobody answered Ken's delivery: approved by silence, payable", KEN_RECEIVES)


def _promised(alumnus: Visitor) -> date | None:
    """Return the day on which the money is promised to be in the bank, once the bank has it."""
    day = alumnus.open("/earnings").page.css_first(".is-transit time")
    return date.fromisoformat(day.attributes["datetime"] or "") if day else None


def arrive(stage: Stage, alumnus: Visitor) -> None:
    """Move the clock past the promised day and see that nothing is in transit any more."""
    promised = _promised(alumnus)
    if promised and promised >= stage.today:
        stage.move_clock(24 * ((promised - stage.today).days + 1))
    _pass_days_until(stage, alumnus, lambda: alumnus.open("/earnings").yen(".is-transit") == 0, at_once=False)


def _pass_days_until(
    stage: Stage, alumnus: Visitor, holds: Callable[[], bool], *, at_once: bool = True
) -> None:
    """Move the clock by single days until something holds; each day's work gets a moment to end."""
    for day in range(MOST_DAYS):
        if holds() if at_once and not day else soon(holds):
            return
        stage.move_clock(24)
    raise StoryError(f"{alumnus.name} waited {MOST_DAYS} days.\n{alumnus.text[:1500]}")


def _mend(stage: Stage, ken: Visitor) -> None:
    ken.send(ken.open("/me/payout").form("/me/payout/bank"))
    form = ken.form("/connect/express/")
    form.fill(
        bank_name="みどり銀行", bank_code="0005", branch_code="002", number=MENDED, holder="キノシタ ケン"
    )
    ken.send(form)
    ken.wait_for("/me/payout", f"•••{MENDED[-4:]}")
    stage.say("Ken", "gives another bank account on the sandbox's page")
    _start(stage, ken, KEN_RECEIVES)
