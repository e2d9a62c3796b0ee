"""A glance at a person, compiled: eight bytes that say what they can have at most, before anything else is read.

bits  0-14  points of their own, and of availability as if never free     28-55  any half hour to have or to ask
bits 15-27  what availability brings on top when free the whole time             about, by weekday and part of the day
bit     56  days unlike the week: their time is not known at a glance     57     works online
bits 58-62  how much is wished: 0 nothing, else by task or by hour in steps of a quarter more

Bounds drawn from it may be too high, never too low; the two numbers of points are exact. Whoever is written is glanced at
anew before the next question.
"""

import numpy as np

from matching.availability import DAY_SLOTS, FULL
from matching.bits import Integers, bit_count, compiled, kept
from matching.kernel_points import own, part, rate
from matching.kernel_store import MOST_PARTS, UNKNOWN, Scratch, Store
from matching.kernel_time import by_time, three
from matching.layout import ASK, DAY, DAYS, HEADS, WEEK, WISH_HOUR
from matching.plan import (
    AT_HOURS,
    FREE_ONLY,
    HOURS,
    LANGUAGE,
    NEEDED,
    ONLINE,
    PLACE,
    RATE,
    TEXT,
    UNIT_POINTS,
)

GAIN_AT, WHEN_AT, ODD_AT, EXTRA_AT, WISH_AT = 15, 28, 56, 57, 58
BASE_MASK, GAIN_MASK = (1 << 15) - 1, (1 << 13) - 1
PARTS = (0, 18, 26, 36, DAY_SLOTS)  # night, 9:00, 13:00, 18:00
STEPS, BY_HOUR = 15, 15  # classes of a wish by task, then as many of one by the hour
FIRST_STEP = (
    4 * 13,
    4 * 11,
)  # bit length and two bits: a step is known from 4,096 yen by task, 1,024 by the hour
ROUNDED = 4  # what rounding down can hide of a product of three shares


@kept
def stand(store: Store, rows: Integers, q: Integers, curves: Integers) -> None:
    """Write the glance at each of these rows anew."""
    for row in rows:
        renew(store, row, lasting(store, row), q, curves)


@kept
def stand_all(store: Store, used: int, q: Integers, curves: Integers) -> None:
    """Write the points of everybody's glance anew; what no weights change is kept where it is known."""
    for row in range(used):
        glance = store.glance[row]
        renew(store, row, lasting(store, row) if glance == UNKNOWN else glance, q, curves)


@compiled
def renew(store: Store, row: int, glance: int, q: Integers, curves: Integers) -> None:
    """Put the points of now into a glance."""
    confirmed = store.hot[row, 2] & 0xFFFF
    least = by_time(np.int64(0), confirmed, q, curves)
    gain = by_time(np.int64(FULL), confirmed, q, curves) - least
    base = own(store.hot, row, q, curves) + least
    store.glance[row] = glance >> WHEN_AT << WHEN_AT | gain << GAIN_AT | base


@compiled
def lasting(store: Store, row: int) -> int:
    """Return the part of a glance that no weights and no day change."""
    line, when = store.hot[row, 2], np.int64(0)
    flags = line >> 56
    for day in range(7):
        some = three(store.week, row * WEEK + day * DAY)
        if flags & ASK:
            some |= three(store.aside, np.int64(store.aside_at[row]) + HEADS + day * DAY)
        for n in range(len(PARTS) - 1):
            here = some >> PARTS[n] & (1 << PARTS[n + 1] - PARTS[n]) - 1
            when |= np.int64(here != 0) << (day * (len(PARTS) - 1) + n)
    odd = np.int64(flags & DAYS != 0)
    online = store.hot[row, 0] >> 62 & 1
    wish = step(store.hot[row, 1] & 0xFFFF_FFFF, np.int64(flags & WISH_HOUR != 0))
    return wish << WISH_AT | online << EXTRA_AT | odd << ODD_AT | when << WHEN_AT


@compiled
def step(wish: int, hourly: int) -> int:
    """Return the class of a wish."""
    if wish == 0:
        return np.int64(0)
    length = np.int64(0)
    while wish >> length:
        length += 1
    fine = 4 * length + (wish << 3 >> length & 3) - FIRST_STEP[hourly]
    stepped: int = min(max(fine + 2, 1), STEPS)
    return stepped + BY_HOUR * hourly


@compiled
def least_wish(stepped: int) -> int:
    """Return the smallest wish of a class."""
    hourly = np.int64(stepped > BY_HOUR)
    fine = stepped - BY_HOUR * hourly - 2
    if fine < 0:
        return np.int64(1)
    fine += FIRST_STEP[hourly]
    return (4 + (fine & 3)) << ((fine >> 2) - 3)


@compiled
def ask(scratch: Scratch, q: Integers) -> None:
    """Write what a question makes of a glance: the share of its time by the parts hit, the points of rate and place."""
    parts = ask_parts(scratch, q)
    scratch.parts[1] = (1 << parts) - 1
    for hits in range(1 << parts):
        halves = np.int64(0)
        for n in range(parts):
            halves += (hits >> n & 1) * scratch.halves[n]
        fits = parts == 0 or halves >= q[NEEDED]
        scratch.fits[hits] = FULL if fits else -1 if q[FREE_ONLY] else FULL * halves // q[NEEDED] + 1
    for stepped in range(STEPS + BY_HOUR + 1):
        wish = least_wish(np.int64(stepped)) if stepped else np.int64(0)
        hourly = np.int64(stepped > BY_HOUR)
        points = part(q[RATE], rate(wish, hourly, q))
        scratch.extras[2 * stepped] = points + (0 if q[ONLINE] else q[PLACE])
        scratch.extras[2 * stepped + 1] = points + q[PLACE]


@compiled
def ask_parts(scratch: Scratch, q: Integers) -> int:
    """Write where a glance holds the parts of days that are asked, and how many halves of each; return how many.

    A window is one stretch, so that they stand side by side; not over the end of a week, nor when there are too many.
    """
    parts = np.int64(0)
    for h in range(q[AT_HOURS], q[AT_HOURS] + q[HOURS], 3):
        for n in range(len(PARTS) - 1):
            mask = q[h + 2] >> PARTS[n] & (1 << PARTS[n + 1] - PARTS[n]) - 1
            if mask:
                where = WHEN_AT + q[h + 1] * (len(PARTS) - 1) + n
                if parts == 0:
                    scratch.parts[0] = where
                if parts == MOST_PARTS or where != scratch.parts[0] + parts:
                    return np.int64(0)
                scratch.halves[parts] = 2 * bit_count(mask)
                parts += 1
    return parts


@compiled
def rest(q: Integers) -> int:
    """Return what is granted to everybody, and what rounding may hide."""
    return q[UNIT_POINTS] + q[LANGUAGE] + q[TEXT] + ROUNDED
