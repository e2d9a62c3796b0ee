"""Act 10: both review each other, and neither reads the other's words before writing."""

from web.story.stage import Stage
from web.story.visitor import StoryError, Visitor

OURS, THEIRS = "期日より早く、丁寧な仕事でした。", "依頼がはっきりしていて、進めやすかったです。"


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(10, "They review each other")
    manager, aoi = stage.people["manager"], stage.people["aoi"]
    ours, theirs = stage.paths["design contract, company"], stage.paths["design contract"]
    _write(manager, ours, OURS)
    if aoi.open(theirs).sees(OURS):
        raise StoryError("Aoi reads the company's review before writing hers")
    stage.say("Manager", "reviews Aoi; she cannot read it yet")
    _write(aoi, theirs, THEIRS)
    aoi.open(theirs).must_see(OURS)
    manager.open(ours).must_see(THEIRS)
    stage.say("Aoi", "reviews the company; now both read both")


def _write(visitor: Visitor, contract: str, words: str) -> None:
    form = visitor.open(f"{contract}/review").form("/review")
    visitor.send(form.fill(rating=5, words=words))
