"""Act 7: Aoi delivers a file, changes once, and is approved; Ken's delivery is left to silence."""

from web.story.acts.contract import AOI_RECEIVES
from web.story.stage import Stage, must_equal
from web.story.visitor import Visitor


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(7, "The work comes in")
    deliver(stage.people["aoi"], stage.paths["design contract"], "top-page.fig.txt")
    deliver(stage.people["ken"], stage.paths["tuning contract"], "報告書.txt")
    stage.say("Aoi, Ken", "each hand in a file")
    _ask_for_changes(stage)
    deliver(stage.people["aoi"], stage.paths["design contract"], "top-page-2.fig.txt")
    approve(stage, "aoi", "design", AOI_RECEIVES)
    stage.say("Manager", "approves by the button that says the yen; payable to Aoi", AOI_RECEIVES)


def deliver(alumnus: Visitor, contract: str, name: str) -> None:
    """Hand in a file."""
    form = alumnus.open(f"{contract}/delivery").form("/delivery")
    form.fill(message="納品いたします。ご確認をお願いします。").attach(
        "files", name, "納品物".encode(), "text/plain"
    )
    alumnus.send(form).must_see(name)


def _ask_for_changes(stage: Stage) -> None:
    manager, contract = stage.people["manager"], stage.paths["design contract, company"]
    form = manager.open(f"{contract}/change-request").form("/change-request")
    term = next(value for value in form.options["term"].values() if value)
    form.fill(term=term, message="見出しの大きさを指針に合わせてください。", redeliver_on=stage.day(3))
    manager.send(form)
    stage.people["aoi"].open(stage.paths["design contract"]).must_see("見出しの大きさ")
    stage.say("Manager", "asks for changes once; Aoi delivers again")


def approve(stage: Stage, part: str, name: str, receives: int) -> None:
    """Let the manager accept the work; the fee is owed to the alumnus from then on."""
    manager, alumnus = stage.people["manager"], stage.people[part]
    manager.open(stage.paths[f"{name} contract, company"]).must_see(f"¥{receives:,}")
    manager.send(manager.form("/approval"))
    must_equal(f"owed to {alumnus.name}", alumnus.open("/earnings").yen(".is-payable"), receives)
