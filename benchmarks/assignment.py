"""1,000 seats for 100,000 alumni at once, from the fifty best of each seat: the optimum against greedy ways.

Roles are as skewed as real skills are, and good people are good for many seats, so that seats compete. The second
world has a fiftieth of the people, two for each seat: there greedy ways leave seats empty. Aim: the optimum in under one second.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import TypeVar
from uuid import UUID

import numpy as np
from _house import QUICK, report
from scipy.optimize import linear_sum_assignment

from matching.assign import Opening, Placement, assign

TITLE = "assignment"
ROLES, TOP, FULL = 60, 50, 10_000
CROWDED = 50
ROUNDS = 1 if QUICK else 5
Result = TypeVar("Result")


def main() -> None:
    """Solve both worlds in every way, and print what each reaches and costs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seats", type=int, default=100 if QUICK else 1_000)
    parser.add_argument("--alumni", type=int, default=10_000 if QUICK else 100_000)
    asked = parser.parse_args()
    wide, wide_figures = compared(world(asked.seats, asked.alumni))
    tight, tight_figures = compared(world(asked.seats, asked.alumni // CROWDED))
    report(
        TITLE,
        [
            *((f"{asked.alumni:,}: {name}", value) for name, value in wide),
            *((f"{asked.alumni // CROWDED:,}: {name}", value) for name, value in tight),
        ],
        {
            "seats": asked.seats,
            "alumni": asked.alumni,
            **wide_figures,
            **{f"contended_{name}": value for name, value in tight_figures.items()},
        },
    )


def world(seats: int, alumni: int) -> list[Placement]:
    """Return the fifty best edges of each seat; a score is half the person's standing and half the fit of the two."""
    draw = np.random.default_rng(20_261_123)
    roles = np.arange(1, ROLES + 1, dtype=float) ** -1
    role = draw.choice(ROLES, alumni, p=roles / roles.sum())
    standing = draw.integers(0, FULL // 2, alumni)
    ids = random.Random(7)
    tasks, people = ([UUID(int=ids.getrandbits(128)) for _ in range(many)] for many in (seats, alumni))
    edges: list[Placement] = []
    for task, wanted in zip(tasks, draw.choice(ROLES, seats, p=roles / roles.sum()), strict=True):
        fitting = np.flatnonzero(role == wanted)
        scores = standing[fitting] + draw.integers(0, FULL // 2, len(fitting))
        best = np.argsort(-scores, kind="stable")[:TOP]
        edges += [
            Placement(task, people[who], score)
            for who, score in zip(fitting[best].tolist(), scores[best].tolist(), strict=True)
        ]
    return edges


def compared(edges: Sequence[Placement]) -> tuple[list[tuple[str, str]], dict[str, object]]:
    """Return rows and figures: seats filled, total score and seconds of each way."""
    openings = [Opening(task) for task in dict.fromkeys(edge.task_id for edge in edges)]
    ways: dict[str, Callable[[], tuple[int, int]]] = {
        "optimal": lambda: reached(assign(openings, edges).placements),
        "greedy": lambda: reached(taken(sorted(edges, key=lambda edge: -edge.score))),
        "first_come": lambda: reached(taken(edges)),
        "dense": lambda: dense(edges),
    }
    rows, figures = [("edges", f"{len(edges):,}")], {"edges": len(edges)}
    for name, way in ways.items():
        (filled, total), seconds = timed(way, 1 if name == "dense" else ROUNDS)
        rows.append((name, f"{filled} filled, total {total:,}, {seconds:.3f} s"))
        figures |= {f"{name}_filled": filled, f"{name}_total": total, f"{name}_seconds": seconds}
    (_, doubled), seconds = timed(lambda: several(edges), ROUNDS)
    rows.append(("four seats a task, two tasks a person", f"total {doubled:,}, {seconds:.3f} s"))
    assert (figures["optimal_filled"], figures["optimal_total"]) == (
        figures["dense_filled"],
        figures["dense_total"],
    )
    return rows, {**figures, "several_seconds": seconds}


def timed(way: Callable[[], Result], rounds: int) -> tuple[Result, float]:
    """Return what a way returns, and the median of its seconds."""
    seconds = []
    for _ in range(rounds):
        begun = time.perf_counter()
        result = way()
        seconds.append(time.perf_counter() - begun)
    return result, median(seconds)


def reached(placements: Sequence[Placement]) -> tuple[int, int]:
    """Return how many seats are filled, and the total score."""
    return len(placements), sum(placement.score for placement in placements)


def taken(edges: Sequence[Placement]) -> list[Placement]:
    """Take each edge in turn whose seat and person are both free: best first is greedy, by seat is first come."""
    seated, busy, chosen = set[UUID](), set[UUID](), []
    for edge in edges:
        if edge.task_id not in seated and edge.person_id not in busy:
            seated.add(edge.task_id)
            busy.add(edge.person_id)
            chosen.append(edge)
    return chosen


def dense(edges: Sequence[Placement]) -> tuple[int, int]:
    """Solve with scipy's dense solver, over the people who have an edge."""
    tasks = {task: at for at, task in enumerate(dict.fromkeys(edge.task_id for edge in edges))}
    people = {person: at for at, person in enumerate(dict.fromkeys(edge.person_id for edge in edges))}
    gains = np.zeros((len(tasks), len(people) + len(tasks)))
    for edge in edges:  # an edge outweighs all scores together, so that filled seats come first
        gains[tasks[edge.task_id], people[edge.person_id]] = edge.score + FULL * len(tasks)
    rows, columns = linear_sum_assignment(gains, maximize=True)
    found = gains[rows, columns]
    filled = int((found > 0).sum())
    return filled, int(found.sum()) - filled * FULL * len(tasks)


def several(edges: Sequence[Placement]) -> tuple[int, int]:
    """Assign four seats of each fourth task to people who take up to two tasks."""
    tasks = list(dict.fromkeys(edge.task_id for edge in edges))[::4]
    wanted = set(tasks)
    kept = [edge for edge in edges if edge.task_id in wanted]
    capacity = dict.fromkeys((edge.person_id for edge in kept), 2)
    return reached(assign([Opening(task, 4) for task in tasks], kept, capacity).placements)


if __name__ == "__main__":
    main()
