"""The wording of what both sides are told of reviews."""

from marketplace.core.errors import N_
from marketplace.notifications.kinds import declare

declare(
    "review.revealed",
    title=N_("You can read the review of “%(title)s”"),
    body=N_("Both reviews are now shown to both sides."),
    button=N_("Read the review"),
)
declare(
    "review.waiting",
    title=N_("You have been reviewed: %(title)s"),
    body=N_(
        "The other side has written its review. You can read it once you have written yours, or on %(until)s; after that you cannot write one."
    ),
    button=N_("Write a review"),
)
