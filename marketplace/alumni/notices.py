"""The wording of what members are told of their network."""

from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare

declare(
    "alumni.imported",
    title=N_("The import of %(file)s is finished"),
    body=N_("New: %(created)s · changed: %(updated)s · unchanged: %(same)s · refused: %(refused)s"),
    button=N_("Look at the import"),
)
