"""The wording of what members are told of their network, and its people of what they are asked and wrote."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from marketplace.alumni import tokens
from marketplace.core.errors import N_
from marketplace.notifications.kinds import Tap, declare

declare(
    "alumni.imported",
    title=N_("The import of %(file)s is finished"),
    body=N_("New: %(created)s · changed: %(updated)s · unchanged: %(same)s · refused: %(refused)s"),
    button=N_("Look at the import"),
)
declare(
    "alumni.word_accepted",
    title=N_("“%(term)s” stands for the skill %(skill)s now"),
    body=N_(
        "You wrote this word on your list of skills. It counts when tasks look for people, at the level that you gave."
    ),
    button=N_("Look at my skills"),
)
declare(
    "alumni.word_returned",
    title=N_("“%(term)s” does not stand for the skill %(skill)s after all"),
    body=N_(
        "The word was read wrongly. The skill is off your list again, and the word waits for another look."
    ),
    button=N_("Look at my skills"),
)

ASK_PURPOSE = "asked"


def _answers(notice: Mapping[str, Any]) -> Sequence[Tap]:
    token = tokens.sealed(ASK_PURPOSE, UUID(notice["params"]["answer"]))
    return tuple(
        Tap(text, f"/asked/{token}?answer={says}")
        for says, text in (
            ("free", N_("I am free")),
            ("busy", N_("I am not free")),
            ("ask", N_("Maybe: ask me")),
        )
    )


declare(
    "availability.asked",
    title=N_("%(company_name)s asks: are you free on %(day)s, %(hours)s?"),
    body=N_(
        "%(company_name)s asks who of its network has time then. It is no offer and binds nobody; "
        "if you do not answer, nothing happens."
    ),
    button=N_("Answer"),
    taps=_answers,
)
declare(
    "availability.asked_with_note",
    title=N_("%(company_name)s asks: are you free on %(day)s, %(hours)s?"),
    body=N_(
        "%(note)s\n\n%(company_name)s asks who of its network has time then. It is no offer and binds nobody; if you do not answer, nothing happens."
    ),
    button=N_("Answer"),
    taps=_answers,
)
