"""Which slips of a month are new, changed or gone since they were exported, and the numbers that they keep. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from payouts.exports.journal import Slip
from payouts.exports.rows import Numbered

MOST = 999_999
"""Yayoi's slip numbers have six digits."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a slip that was exported: its number, the hash of what it said, and that it fell away."""

    number: int
    sha256: str
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A month against what was exported: every slip with its number, and the keys of those that are not as they were.

    `fresh` were never exported, `changed` say something else now, `gone` (numbers) do not stand any more.
    """

    slips: tuple[Numbered, ...]
    fresh: frozenset[str]
    changed: frozenset[str]
    gone: tuple[int, ...]

    def after(self, number: int) -> tuple[Numbered, ...]:
        """Return the slips that got their numbers after a number: what is new since it was the last."""
        return tuple(each for each in self.slips if each.number > number)

    @property
    def last(self) -> int:
        """The highest number."""
        return max((each.number for each in self.slips), default=0)


def compare(slips: Sequence[Slip], known: Mapping[str, Known]) -> Standing:
    """Number a month's slips: those that were exported keep theirs, the others go on from there in the order of days.

    Raises ValueError for a month with more slips than there are numbers.
    """
    last = max((one.number for one in known.values()), default=0)
    fresh = [slip for slip in slips if slip.key not in known]
    if last + len(fresh) > MOST:
        raise ValueError("more slips than a month has numbers")
    new = {slip.key: number for number, slip in enumerate(fresh, start=last + 1)}
    numbered = [
        Numbered(new[slip.key] if slip.key in new else known[slip.key].number, slip) for slip in slips
    ]
    there = {slip.key: slip.digest for slip in slips}
    return Standing(
        tuple(sorted(numbered, key=lambda each: each.number)),
        frozenset(new),
        frozenset(
            key for key, one in known.items() if key in there and (one.is_gone or there[key] != one.sha256)
        ),
        tuple(sorted(one.number for key, one in known.items() if key not in there and not one.is_gone)),
    )
