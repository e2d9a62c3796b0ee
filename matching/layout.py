"""How the in-memory index lays a person out: 32 hot bytes, a week of 42, skills and rarer things in pools.

hot[0]  reliability 14 bits | response 14 | load 14 | exposure 14 | prefecture 6 | remote 1
hot[1]  wish 32 | floor 32
hot[2]  confirmed 16 | active 16 | languages 16 | number of skills 8 | flags 8
hot[3]  first unit 16 | first site 16 | where the skills start 32
week    21 words of 16 bits: three for each day from Monday
skills  own number of the skill << 11 | level << 8 | use, by skill id
aside   days | taken << 8, units | sites << 8, then: the week to ask about (21), days unlike the week (7 each:
        day, free, ask), agreed work (4 each: day, mask), further units, further sites
"""

from collections.abc import Iterable
from struct import Struct, error

from matching.entry import Entry

HOT, WEEK, DAY = 4, 21, 3
UNLIKE, TAKEN = 7, 4  # words of one day in `aside`
HEADS = 2
LEVEL_AT, SKILL_AT = 8, 11
ASK, DAYS, WORK, MORE, WISH_HOUR, FLOOR_HOUR = (1 << bit for bit in range(6))
ASIDE = ASK | DAYS | WORK | MORE
GONE = 1 << 7  # of `barred`: nobody lives in this row

_HOT = Struct("<QIIHHHBBHH")


class Numbers(dict[int, int]):
    """The index's own small numbers, from `first` up, for things that the world numbers as it likes.

    Asking for a thing that has no number gives it the next one.
    """

    def __init__(self, first: int) -> None:
        super().__init__()
        self.first = first

    def __missing__(self, thing: int) -> int:
        self[thing] = number = len(self) + self.first
        return number


def hot_bytes(entry: Entry, flags: int, unit: int, site: int) -> bytes:
    """Return the hot bytes of an entry but the last four. Raises ValueError for a number that they cannot hold."""
    wish, floor = entry.wish_hour or entry.wish_task, entry.floor_hour or entry.floor_task
    if entry.floor_hour and entry.floor_task:
        raise ValueError("a floor is by task or by hour")
    try:
        return _HOT.pack(
            entry.reliability
            | entry.response << 14
            | entry.load << 28
            | entry.exposure << 42
            | entry.prefecture << 56
            | entry.remote << 62,
            wish,
            floor,
            entry.confirmed,
            entry.active,
            entry.languages,
            len(entry.skills),
            flags,
            unit,
            site,
        )
    except error as wrong:
        raise ValueError(f"the index cannot hold this entry: {wrong}") from wrong


def flags_of(entry: Entry) -> int:
    """Return which rarer things an entry has, and whether it asks by the hour."""
    return (
        (ASK if entry.ask else 0)
        | (DAYS if entry.days else 0)
        | (WORK if entry.taken else 0)
        | (MORE if len(entry.units) > 1 or len(entry.sites) > 1 else 0)
        | (WISH_HOUR if entry.wish_hour else 0)
        | (FLOOR_HOUR if entry.floor_hour else 0)
    )


def aside_bytes(entry: Entry, units: Iterable[int], sites: Iterable[int]) -> bytes:
    """Return the rarer things of an entry; `units` and `sites` are the own numbers of all but the first."""
    more, places = tuple(units), tuple(sites)
    parts = [bytes((len(entry.days), len(entry.taken), len(more), len(places)))]
    if entry.ask:
        parts.append(entry.ask.to_bytes(2 * WEEK, "little"))
    parts += [(day | free << 16 | ask << 64).to_bytes(2 * UNLIKE, "little") for day, free, ask in entry.days]
    parts += [(day | mask << 16).to_bytes(2 * TAKEN, "little") for day, mask in entry.taken]
    parts += [number.to_bytes(2, "little") for number in (*more, *places)]
    return b"".join(parts)
