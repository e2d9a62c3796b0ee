"""Act 6: Aoi accepts her invitation, Ken is chosen from the board; both sides hold the same sealed document."""

from web.story.stage import Stage, must_equal
from web.story.visitor import StoryError

# What reaches the person: fee and tax, less the income tax withheld from an individual's design work.
AOI_RECEIVES, KEN_RECEIVES = 49_895, 22_000


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(6, "Two contracts are concluded")
    _accept(stage)
    apply(stage, "ken", "tuning", "実行計画を見て直すのが得意です。")
    stage.say("Ken", "applies on the board; the manager chooses him; set aside for him", KEN_RECEIVES)
    for name in ("design", "tuning"):
        _documents(stage, name)
    stage.say("Both sides", "download the sealed PDF of each contract, byte for byte the same")


def _accept(stage: Stage) -> None:
    aoi = stage.people["aoi"]
    aoi.must_see(f"¥{AOI_RECEIVES:,}")
    aoi.send(aoi.form("/acceptance"))
    _keep(stage, "design", aoi.path)
    must_equal("reserved for Aoi", aoi.open("/earnings").yen(".is-reserved"), AOI_RECEIVES)
    stage.say("Aoi", "reads the terms and accepts; set aside for her", AOI_RECEIVES)


def apply(stage: Stage, part: str, name: str, words: str) -> None:
    """Let an alumnus ask for a task on the board, and the manager choose him; keep the paths of the contract."""
    alumnus, manager = stage.people[part], stage.people["manager"]
    task = stage.paths[name].rpartition("/")[2]
    form = alumnus.open(f"/work/tasks/{task}").form("/application")
    alumnus.send(form.fill(message=words))
    manager.open(f"{stage.paths[name]}/applications").must_see(alumnus.name)
    manager.send(manager.form("/choice"))
    number = manager.link("/contracts/").rpartition("/")[2]
    _keep(stage, name, f"/contracts/{number}")


def _keep(stage: Stage, name: str, path: str) -> None:
    stage.paths[f"{name} contract"] = path
    stage.paths[f"{name} contract, company"] = stage.at(path)


def _documents(stage: Stage, name: str) -> None:
    alumnus = stage.people["aoi" if name == "design" else "ken"]
    manager = stage.people["manager"]
    alumnus.wait_for(stage.paths[f"{name} contract"], "/terms.pdf")
    theirs = alumnus.download("/terms.pdf")
    manager.open(stage.paths[f"{name} contract, company"])
    ours = manager.download("/terms.pdf")
    if ours != theirs or not ours.startswith(b"%PDF") or b"/ByteRange" not in ours:
        raise StoryError(f"the document of the {name} is not the same sealed PDF for both sides")
