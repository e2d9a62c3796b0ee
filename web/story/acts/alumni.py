"""Act 2: alumni come by mail in three taps, consent, and say what they can do and when."""

from web.story.acts.company import ALUMNI
from web.story.stage import Stage
from web.story.visitor import Visitor

# Part → skills by level. The first wave goes to the strongest; Aoi comes with the second.
SKILLS = {
    "aoi": {"Figma": 3},
    "mei": {"Figma": 5, "UIデザイン": 5},
    "sora": {"Figma": 5, "UIデザイン": 4},
    "rin": {"Figma": 4, "UIデザイン": 5},
    "ken": {"SQL": 4},
}
FAILING = "1111113"
BANK = {"aoi": "0001234", "ken": FAILING}


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(2, "Alumni join")
    for part, name in ALUMNI:
        join(stage, stage.person(part, name))
        add_skills(stage.people[part], SKILLS[part])
        _time(stage.people[part], stage.day(40))
        _conditions(stage.people[part])
    stage.say(
        "Alumni", f"{len(ALUMNI)} people join in three taps each; skills, week, an exception, rate, languages"
    )
    for part, number in BANK.items():
        set_up_payment(stage.people[part], number)
    stage.say(
        "Aoi, Ken",
        f"finish the payment set-up on the sandbox's page; Ken's account is {FAILING}, which is closed",
    )


def join(stage: Stage, alumnus: Visitor) -> None:
    """Open the link, press the button, agree: three taps and no password."""
    alumnus.open_mail(stage.company)
    alumnus.send(alumnus.form("/sign-in/"))
    form = alumnus.form("/consent")
    alumnus.send(form.fill(intents=["tasks", "referrals"]))


def add_skills(alumnus: Visitor, skills: dict[str, int]) -> None:
    """Add each skill with its level."""
    for skill, level in skills.items():
        form = alumnus.open("/me/skills").form("/me/skills")
        alumnus.send(form.fill(skill=skill, level=level, years=6))


def _time(alumnus: Visitor, holiday: str) -> None:
    form = alumnus.open("/me/time").form("/me/time/week")
    alumnus.send(form, preset="daytime")
    form = alumnus.form("/me/time/exceptions")
    alumnus.send(form.fill(on=holiday, kind="busy"))


def _conditions(alumnus: Visitor) -> None:
    form = alumnus.open("/me/conditions").form("/me/conditions")
    form.fill(
        headline="副業で平日の日中に動けます",
        languages=["ja", "en"],
        remote_ok="on",
        rate_basis="task",
        wish=20_000,
        floor=0,
        most_at_once=3,
    )
    alumnus.send(form)


def set_up_payment(alumnus: Visitor, number: str) -> None:
    """Give the payment provider's hosted page what it asks for, and come back."""
    alumnus.send(alumnus.open("/me/payout").form("/me/payout/onboarding"))
    family, given = alumnus.name.split()
    form = alumnus.form("/connect/visits/")
    form.fill(surname=family, given_name=given, birth="1990-04-01", postal_code="1500001", state="東京都")
    form.fill(line1="渋谷区神宮前1-1-1", bank_name="テスト銀行", bank_code="0001", branch_code="001")
    form.fill(number=number, holder="アオヤマ アオイ", terms="yes")
    alumnus.send(form)
    alumnus.wait_for("/me/payout", f"•••{number[-4:]}")
