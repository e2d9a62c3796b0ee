"""Act 4: the manager posts two tasks; the larger one needs an approval, and the button says the exact yen."""

from typing import Any

from web.story.acts.company import LIMIT
from web.story.stage import Stage, must_equal
from web.story.visitor import Form, Visitor

DESIGN, TUNING = "採用サイトのトップページ デザイン改修", "在庫照会画面のSQL改善"
RIGHTS = "著作権は受領の時に貴社へ移転し、その対価は報酬に含みます。"
# What one seat can cost at most: fee, 10 % tax, 15 % platform fee, 10 % tax on that.
DESIGN_COST, TUNING_COST = 63_250, 25_300


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(4, "A spot task goes out")
    stage.paths["design"] = post(stage, _design(stage), DESIGN_COST)
    stage.say("Manager", f"posts {DESIGN}; above the unit's ¥{LIMIT:,} an approver decides", DESIGN_COST)
    _approve(stage)
    stage.paths["tuning"] = post(stage, _tuning(stage), TUNING_COST)
    stage.people["manager"].wait_for(stage.paths["tuning"], "on the board")
    stage.say("Manager", f"publishes {TUNING} on the board alone; reserved", TUNING_COST)


def _design(stage: Stage) -> dict[str, Any]:
    return {
        "title": DESIGN,
        "what": "トップページ1点と共通部品のデザイン。",
        "specification": "Figma データ",
        "must_1": "Figma",
        "must_1_level": 3,
        "nice_1": "UIデザイン",
        "nice_1_level": 4,
        "price": 50_000,
        "tax_category": "design",
        "deliver_on": stage.day(7),
        "mode": "offer",
    }


def _tuning(stage: Stage) -> dict[str, Any]:
    return {
        "title": TUNING,
        "what": "遅い検索1画面分のSQLを改め、報告書を1部添える。",
        "specification": "SQL と報告書",
        "must_1": "SQL",
        "must_1_level": 3,
        "price": 20_000,
        "tax_category": "coding",
        "deliver_on": stage.day(7),
        "mode": "apply",
        "inspection_days": 1,
    }


def post(stage: Stage, fields: dict[str, Any], cost: int) -> str:
    """Fill the form, let every field be checked, and press the button that says the yen; return the task's path."""
    manager = stage.people["manager"]
    form = manager.open(stage.at("/tasks/new")).form("/tasks")
    manager.send(form.fill(**fields, rights=RIGHTS), do="check")
    form = manager.form("/tasks")
    must_equal("what the button says", on_button(manager), cost)
    manager.send(form, do="publish")
    return manager.path


def on_button(manager: Visitor) -> int:
    """Return the yen on the button that publishes."""
    return manager.yen("button[value=publish]")


def _approve(stage: Stage) -> None:
    approver = stage.people["approver"]
    approver.open(f"{stage.paths['design']}/approval").must_see(DESIGN)
    form: Form = approver.form("/approval")
    approver.send(form)
    must_equal(
        "reserved for the design",
        approver.open(stage.paths["design"]).yen("[aria-labelledby=reserve]"),
        DESIGN_COST,
    )
    stage.say("Approver", "approves; the money is set aside and the task is published", DESIGN_COST)
