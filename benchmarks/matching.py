"""The best 50 of a company's people for a task, exact, by our executors in memory and by three engines on the same data.

    python benchmarks/matching.py --alumni 1000000

Twelve classes of questions: of skills of one field ("specific") or of the survey's commonest ("broad"); at least 3,
2 or 1 of 3 required skills; only people who are free for all four hours, or anybody. Every answer is compared with
every other. Each engine works on one thread and is asked each question two or three times, turn by turn with the
others of its class; the fastest counts. The last line's figures are geometric means over all twelve classes at the
largest size.

The memory's limit of a question is the time in which nothing but what the kernel reads of the index could be read, both
counted by the kernel itself: the lines to which it jumps, at the speed of independent jumps in ascending order through the
index's own hot lines; lists and bit planes, at the speed of a sequential sum. Both speeds are measured in the same run, with
cold caches. `stream_limit_factor` counts every byte at the speed of the sequential sum, as if no line had to be found.
What a call costs before it reads anything is measured on an index of one person, stated (`call_us`), and left out of
these two figures alone.

PostgreSQL is asked with SQL over flat columns with GIN on skill codes, stage by stage, prepared before, with no
row-level security, parallel workers or JIT; DuckDB with the same SQL at once; tantivy finds candidates, which numpy scores.
"""

import argparse
import asyncio
import gc
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import asyncpg
import numpy as np
from _house import QUICK, report
from _matching_rivals import Answer, Duck, Postgres, Tantivy, excluded, load
from _matching_world import CLASSES, TODAY, World, entry, questions, world

from marketplace.core.engines import start_postgres
from matching.entry import Entry
from matching.fast import Fast
from matching.index import Index
from matching.kernel_store import GLANCES, HOTS, LISTED, PLANES, SKILLS, WEEKS, WORDS
from matching.layout import HOT
from matching.plain import Plain
from matching.plan import plan_of
from matching.question import Question

QUESTIONS, FEW = (4, 2) if QUICK else (40, 12)  # of a class; of PostgreSQL, DuckDB and tantivy at most
LEAST, PATIENCE = 3, 3.0  # fewer of them where these take longer than so many seconds
K = 50
SIZES = (10_000, 100_000)
LINE = 64
SHARE = 1 / 64  # of all hot lines, which are jumped to when the speed of jumps is measured
UPDATES = 200 if QUICK else 4_000


def main() -> None:
    """Measure every size up to the one asked for and report on the largest."""
    parser = argparse.ArgumentParser(description="Matching in memory against three engines, exact top 50")
    parser.add_argument("--alumni", type=int, default=5_000 if QUICK else 1_000_000)
    largest = parser.parse_args().alumni
    rows: list[tuple[str, str]] = []
    figures: dict[str, Any] = {}
    mismatches = 0
    for size in sorted({*(size for size in SIZES if size < largest and not QUICK), largest}):
        figures = measure(size, rows)
        mismatches += figures["mismatches"]
    report("matching", rows, {**figures, "mismatches": mismatches})


def measure(size: int, rows: list[tuple[str, str]]) -> dict[str, Any]:
    """Measure one size, add what is worth a line to the table, and return the figures."""
    people = world(size)
    gc.collect()
    started = time.perf_counter()
    index = Index.of_columns(people.columns, Fast)
    built = time.perf_counter() - started
    first = clock(lambda: index.top(questions(people, CLASSES[0], 1)[0], K))
    figures: dict[str, Any] = {
        "alumni": size,
        "bytes_per_alumnus": index.nbytes() / size,
        "build_s": built,
        "mismatches": 0,
    }
    rows.append(
        (
            f"{size:,} people",
            f"built in {built:.2f} s from columns, {figures['bytes_per_alumnus']:.0f} bytes each",
        )
    )
    rows.append(("first question", f"{first:.2f} s: it compiles, or loads what an earlier run compiled"))
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder:
        figures |= compare(people, index, Path(folder), rows)
    figures["update_us"], told = updates(people, index)
    rows.append(("update", told))
    return figures


def compare(people: World, index: Index, folder: Path, rows: list[tuple[str, str]]) -> dict[str, Any]:
    """Ask every engine every class; return the geometric means of how many times slower the others are."""
    started = time.perf_counter()
    duck = Duck(people.columns)
    (folder / "tantivy").mkdir()
    tantivy = Tantivy(duck, index, folder / "tantivy")
    server = start_postgres(folder / "postgres", durable=False)
    loop = asyncio.new_event_loop()
    try:
        connection = loop.run_until_complete(asyncpg.connect(server.dsn()))
        loop.run_until_complete(load(connection, duck, folder))
        rows.append(("rivals loaded", f"in {time.perf_counter() - started:.0f} s"))
        rivals = {"postgres": Postgres(loop, connection).ask, "tantivy": tantivy.ask, "duckdb": duck.ask}
        found = [Class(people, index, asked, rivals) for asked in CLASSES]
        loop.run_until_complete(connection.close())
    finally:
        loop.close()
        server.stop()
    return told(found, index, rows)


class Class:
    """One class of questions: the best time of each engine for each question, in seconds, and who disagreed."""

    def __init__(
        self,
        people: World,
        index: Index,
        asked: tuple[str, int, bool],
        rivals: dict[str, Callable[[Question, Sequence[int]], Answer]],
    ) -> None:
        self.name = f"{asked[0]} {asked[1]}/3{' free' if asked[2] else ''}"
        every = questions(people, asked, QUESTIONS)
        few, left_out = every[:FEW], [excluded(index, question) for question in every[:FEW]]
        light, small = Index(index.people, Plain), Index.build([entry(people.columns, 0)], Fast)
        self.times = {
            "fast": best_of(5, [lambda question=question: index.top(question, K) for question in every]),
            "numpy": best_of(2, [lambda question=question: light.top(question, K) for question in every]),
            "call": best_of(5, [lambda question=question: small.top(question, K) for question in every]),
        }
        self.read = np.median([self._read(index, question) for question in every], axis=0)
        self.asked = len(every)
        answers = [numbered(index, question) for question in every]
        self.full = sum(len(answer) == K for answer in answers)
        self.wrong = sum(
            numbered(light, question) != answer for question, answer in zip(every, answers, strict=True)
        )
        for name, ask in rivals.items():
            calls = [
                lambda ask=ask, question=question, out=out: ask(question, out)
                for question, out in zip(few, left_out, strict=True)
            ]
            self.times[name], given = best_in_time(calls)
            self.wrong += sum(one != answer for one, answer in zip(given, answers, strict=False))

    def _read(self, index: Index, question: Question) -> tuple[float, float]:
        """Return the lines of the index to which the kernel jumps for a question, and the bytes read in sequence."""
        fast = Fast(index.people, index.postings)
        fast.top(plan_of(question, index.people), K)
        looked = fast.scratch.looked.astype(float)
        jumps = looked[HOTS] + looked[WEEKS] + looked[SKILLS] + 4 * (looked[WORDS] - looked[SKILLS]) / LINE
        jumps += min(looked[GLANCES], len(index.people.rows.hot) * 8 / LINE)
        return float(jumps), float(4 * looked[LISTED] + 8 * looked[PLANES] + index.people.open.nbytes)

    def ratio(self, rival: str, percent: int) -> float:
        """Return how many times longer a rival takes for the questions that both were asked."""
        theirs = self.times[rival]
        return float(
            np.percentile(theirs, percent) / np.percentile(self.times["fast"][: len(theirs)], percent)
        )

    def limit(self, jump: float, stream: float) -> float:
        """Return how many times longer the kernel takes than the memory, at the median: a jump, a byte in so many seconds."""
        spent = np.median(self.times["fast"]) - np.median(self.times["call"])
        jumps, after = self.read
        return float(max(spent, 1e-9) / (jumps * jump + after * stream))


def numbered(index: Index, question: Question) -> Answer:
    """Return an answer with rows in place of ids."""
    return [(index.people.row(one.person_id), one.met, one.score) for one in index.top(question, K)]


def clock(call: Callable[[], object]) -> float:
    """Return the seconds of a call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def best_of(turns: int, calls: Sequence[Callable[[], object]]) -> np.ndarray:
    """Make all calls, again and again, so that none finds the caches as it left them; return the best of each."""
    return np.min([[clock(call) for call in calls] for _ in range(turns)], axis=0)


def best_in_time(calls: Sequence[Callable[[], Answer]]) -> tuple[np.ndarray, list[Answer]]:
    """Make as many of the calls as patience lasts, twice; return the better time of each, and the answers."""
    times: list[float] = []
    answers = []
    for call in calls:
        if sum(times) > PATIENCE and len(times) >= LEAST:
            break
        started = time.perf_counter()
        answers.append(call())
        times.append(time.perf_counter() - started)
    return np.minimum(times, [clock(call) for call in calls[: len(times)]]), answers


def told(found: Sequence[Class], index: Index, rows: list[tuple[str, str]]) -> dict[str, Any]:
    """Add the table of the classes, and return the geometric means over them."""
    jump, stream = speeds(index)
    names = ("fast", "numpy", "postgres", "tantivy", "duckdb")
    rows.append(("ms, p50 / p99", "".join(f"{name:>18}" for name in names) + "   x limit   full lists"))
    for each in found:
        cells = [np.percentile(each.times[name], (50, 99)) * 1e3 for name in names]
        line = "".join(f"{f'{middle:.3f} / {last:.2f}':>18}" for middle, last in cells)
        rows.append((each.name, f"{line}   {each.limit(jump, stream):7.1f}   {each.full} of {each.asked}"))
    call = np.median([np.median(each.times["call"]) for each in found])
    rows.append(
        ("call", f"{call * 1e6:.0f} µs before anything is read (packing the question, making the list)")
    )
    rows.append(
        (
            "memory",
            f"{jump * 1e9:.1f} ns for a jump, {1e-9 / stream:.1f} GB/s in sequence; median jumps and kB by class: {_reads(found)}",
        )
    )
    ratios = {
        f"vs_{rival}_p{percent}": geometric_mean([each.ratio(rival, percent) for each in found])
        for rival, percent in (("postgres", 50), ("postgres", 99), ("tantivy", 50), ("duckdb", 50))
    }
    limits = {
        "memory_limit_factor": geometric_mean([each.limit(jump, stream) for each in found]),
        "stream_limit_factor": geometric_mean([each.limit(LINE * stream, stream) for each in found]),
    }
    return {**ratios, **limits, "call_us": call * 1e6, "mismatches": sum(each.wrong for each in found)}


def _reads(found: Sequence[Class]) -> str:
    return ", ".join(f"{each.read[0]:.0f} + {each.read[1] / 1e3:.0f}k" for each in found)


def speeds(index: Index) -> tuple[float, float]:
    """Return the seconds of a jump to a line (ascending, independent) and of a byte in sequence: one thread, cold caches."""
    numbers = np.arange((1 << 22) if QUICK else (1 << 25))
    lines = index.people.rows.hot.reshape(-1)
    places = HOT * np.flatnonzero(np.random.default_rng(1).random(len(index.people.rows.hot)) < SHARE)
    turns = [(clock(numbers.sum), clock(lambda: lines.take(places))) for _ in range(9)]
    stream, jumps = np.min(turns, axis=0)
    return float(jumps / len(places)), float(stream / numbers.nbytes)


def updates(people: World, index: Index) -> tuple[float, str]:
    """Return the mean µs of an update with its part of the renewal that comes after many, and what was done."""
    dice = np.random.default_rng(11)
    rows = dice.permutation(len(people.columns.high))[:UPDATES]
    changed = [_changed(entry(people.columns, int(row)), dice) for row in rows]
    started = time.thread_time()
    times = [clock(lambda one=one: index.put(one)) for one in changed]
    spent = (time.thread_time() - started) / len(changed) * 1e6
    burden = index.burden() / len(changed)
    renewal = clock(index.renew) * 1e6 * burden / index.most_burden
    built = clock(lambda: Index.build(changed, Fast)) / len(changed) * 1e6
    middle, last = np.percentile(times, (50, 99)) * 1e6
    return spent + renewal, (
        f"{spent:.1f} µs of the processor's time (p50 {middle:.1f}, p99 {last:.1f} by the clock), every second with a"
        f" skill changed; {renewal:.1f} µs more for the renewal that comes now and then;"
        f" building from entries one by one takes {built:.0f} µs each"
    )


def _changed(one: Entry, dice: np.random.Generator) -> Entry:
    """Return the person with the free time confirmed and seen once more; every second with one skill changed."""
    skills = one.skills
    if dice.random() < 0.5 and skills:
        at = int(dice.integers(len(skills)))
        skill, level, use = skills[at]
        skills = (*skills[:at], (skill, level % 5 + 1, use), *skills[at + 1 :])
    week = one.week ^ 0xFF << int(dice.integers(300))
    return replace(
        one, week=week, ask=one.ask & ~week, confirmed=TODAY, exposure=one.exposure // 2, skills=skills
    )


if __name__ == "__main__":
    main()
