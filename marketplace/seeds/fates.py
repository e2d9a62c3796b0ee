"""What becomes of each task: the steps of every fate by the day on which they are taken."""

from collections.abc import Mapping, Sequence

from marketplace.seeds import staffing, steps
from marketplace.seeds.history import Day
from marketplace.seeds.lives import Fate, Life
from marketplace.seeds.steps import Planted

_OLD = {Day.OPENING: (steps.publish, steps.accept, steps.onboard)}
_RECENT = {Day.SECOND_ROUND: (steps.publish, steps.accept, steps.onboard)}
_HANDED_IN = {**_RECENT, Day.SECOND_HANDING_IN: (steps.deliver,)}

FATES: Mapping[str, Fate[Planted]] = {
    "draft": {Day.NOW: (steps.post,)},
    "awaiting approval": {Day.EVE: (steps.publish,)},
    "awaiting money": {Day.EVE: (steps.publish, steps.approve_task)},
    "offered": {Day.NOW: (steps.publish,)},
    "offered before": {Day.SECOND_HANDING_IN: (steps.publish,)},
    "half filled": {Day.EVE: (steps.publish, steps.accept)},
    "on the board": {Day.EVE: (steps.publish,)},
    "on the board with applicants": {Day.EVE: (steps.publish, steps.apply_some)},
    "paused": {Day.EVE: (steps.publish, steps.pause)},
    "many seats": {Day.NOW: (steps.publish, staffing.decline_most, staffing.propose_for_all_seats)},
    "filled": {Day.EVE: (steps.publish, steps.accept)},
    "filled with a waitlist": {Day.EVE: (steps.publish, steps.accept, staffing.wait_for_a_seat)},
    "running": _RECENT,
    "running with a substitute": {
        **_RECENT,
        Day.NOW: (staffing.propose_a_substitute, staffing.agree_to_step_in),
    },
    "delivered": _HANDED_IN,
    "changes requested": {**_HANDED_IN, Day.EVE: (steps.request_changes,)},
    "disputed": {**_HANDED_IN, Day.EVE: (steps.dispute,)},
    "approved": {**_HANDED_IN, Day.EVE: (steps.approve,)},
    "in transit": {**_HANDED_IN, Day.EVE: (steps.approve, steps.ask_early)},
    "paid": {**_OLD, Day.HANDING_IN: (steps.deliver, steps.approve, steps.ask_early)},
    "paid and reviewed": {
        **_OLD,
        Day.HANDING_IN: (steps.deliver, steps.approve, steps.ask_early),
        Day.SECOND_ROUND: (steps.review_both,),
    },
    "paid by silence": {
        **_OLD,
        Day.HANDING_IN: (steps.deliver,),
        Day.SECOND_ROUND: (steps.ask_early,),
        Day.EVE: (steps.review_as_alumnus,),
    },
    "returned by the bank": {
        Day.OPENING: (steps.publish, steps.accept, steps.onboard_with_failing_bank),
        Day.HANDING_IN: (steps.deliver, steps.approve, steps.ask_early),
    },
    "dispute resolved": {
        **_OLD,
        Day.HANDING_IN: (steps.deliver, steps.dispute),
        Day.ARRIVING: (steps.resolve, steps.ask_early),
    },
    "cancelled late": {**_OLD, Day.HANDING_IN: (steps.cancel,)},
    "cancelled unanswered": {Day.SECOND_ROUND: (steps.publish,), Day.EVE: (steps.cancel,)},
    "expired": {Day.OPENING: (steps.publish,)},
}


def lives(planted: Sequence[Planted]) -> Sequence[Life]:
    """Return the lives of the tasks."""
    return [Life(one, one.spec.words["title"], FATES[one.spec.fate]) for one in planted]
