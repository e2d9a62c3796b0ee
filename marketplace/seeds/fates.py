"""What becomes of each task: the steps of every fate by the day on which they are taken."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from marketplace.core.errors import Failure
from marketplace.seeds import history, steps
from marketplace.seeds.history import Day
from marketplace.seeds.steps import Planted

Step = Callable[[Planted], Awaitable[None]]

_OLD = {Day.OPENING: (steps.publish, steps.accept, steps.onboard)}
_RECENT = {Day.SECOND_ROUND: (steps.publish, steps.accept, steps.onboard)}
_HANDED_IN = {**_RECENT, Day.SECOND_HANDING_IN: (steps.deliver,)}

FATES: Mapping[str, Mapping[Day, Sequence[Step]]] = {
    "draft": {Day.NOW: (steps.post,)},
    "awaiting approval": {Day.EVE: (steps.publish,)},
    "awaiting money": {Day.EVE: (steps.publish, steps.approve_task)},
    "offered": {Day.NOW: (steps.publish,)},
    "offered before": {Day.SECOND_HANDING_IN: (steps.publish,)},
    "half filled": {Day.EVE: (steps.publish, steps.accept)},
    "on the board": {Day.EVE: (steps.publish,)},
    "on the board with applicants": {Day.EVE: (steps.publish, steps.apply_some)},
    "paused": {Day.EVE: (steps.publish, steps.pause)},
    "filled": {Day.EVE: (steps.publish, steps.accept)},
    "running": _RECENT,
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


async def live_through(planted: Sequence[Planted]) -> None:
    """Take every step of every task on its day; the first steps of all, then the second, and so on."""
    for day in Day:
        await history.reach(day)
        for steps_taken in range(max(len(fate.get(day, ())) for fate in FATES.values())):
            for one in planted:
                if step := next(iter(FATES[one.spec.fate].get(day, ())[steps_taken:]), None):
                    await _take(step, one)
            await history.settle()
        await history.end_day()


async def _take(step: Step, planted: Planted) -> None:
    try:
        await step(planted)
    except Failure as failure:
        wrong = {field: str(message) for field, message in getattr(failure, "fields", {}).items()}
        title = planted.spec.words["title"]
        raise RuntimeError(f"“{title}” cannot {step.__name__}: {failure} {wrong or ''}") from failure
