"""The wording of what members are told of their network, and alumni of their words for skills."""

from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare

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
