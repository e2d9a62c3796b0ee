"""Act 2: alumni come by mail in three taps, consent, and say what they can do and when."""

from datetime import date, timedelta

from web.story.acts import signing_in
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


def play(stage: Stage) -> None:
    """Play the act."""
    stage.act(2, "Alumni join")
    for part, name in ALUMNI:
        _join(stage, stage.person(part, name))
        _skills(stage.people[part], SKILLS[part])
        _time(stage.people[part])
        _conditions(stage.people[part])
    stage.say("Alumni", f"{len(ALUMNI)} people join: consent, intents, skills, a week with an exception, rate, languages")


def _join(stage: Stage, alumnus: Visitor) -> None:
    """Open the link, press the button, agree: three taps and no password."""
    alumnus.open_mail(stage.company)
    alumnus.send(alumnus.form("/sign-in/"))
    form = alumnus.form("/consent")
    alumnus.send(form.fill(intents=["tasks", "referrals"]))


def _skills(alumnus: Visitor, skills: dict[str, int]) -> None:
    for skill, level in skills.items():
        form = alumnus.open("/me/skills").form("/me/skills")
        alumnus.send(form.fill(skill=skill, level=level, years=6))


def _time(alumnus: Visitor) -> None:
    form = alumnus.open("/me/time").form("/me/time/week")
    alumnus.send(form, preset="daytime")
    form = alumnus.form("/me/time/exceptions")
    alumnus.send(form.fill(on=date.today() + timedelta(days=40), kind="busy"))  # noqa: DTZ011 - a day far ahead in any zone


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
