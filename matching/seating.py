"""Seat people at tasks: as many seats as can be filled, then the highest total score, then by lot; in sparse arrays."""

from dataclasses import dataclass
from math import log2
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

Ints: TypeAlias = npt.NDArray[np.int64]

EXACT_BITS = 50  # the solver adds costs as floats, which hold whole numbers up to 2**53; sums stay well below
LOT_BITS = 16


@dataclass(frozen=True, slots=True)
class Graph:
    """Who could sit where: by edge its task, person, score and lot (64 bits); seats by task, capacity by person.

    The same order of tasks, people and edges gives the same answer.
    """

    task: Ints
    person: Ints
    score: Ints
    lot: npt.NDArray[np.uint64]
    seats: Ints
    capacity: Ints


@dataclass(frozen=True, slots=True)
class Cells:
    """Cells of the cost matrix: row, column, cost, and the edge that a match there chooses (-1: none)."""

    row: Ints
    column: Ints
    cost: Ints
    edge: Ints


def seat(graph: Graph) -> Ints:
    """Return the chosen edges, ascending: exactly the optimum, by the sparse Jonker-Volgenant algorithm (LAPJVsp).

    Each seat is a row with a column of its own for staying empty, so that there always is a full matching; a person
    with capacity is several columns. Raises ValueError for so many seats that costs would not be exact.
    """
    if not len(graph.task):
        return np.empty(0, dtype=np.int64)
    seats = np.minimum(graph.seats, np.bincount(graph.task, minlength=len(graph.seats)))
    copies = np.minimum(graph.capacity, np.bincount(graph.person, minlength=len(graph.capacity)))
    first_row, first_column = np.cumsum(seats) - seats, np.cumsum(copies) - copies
    cost, empty = _costs(graph, int(seats.sum()))
    twice = np.minimum(seats[graph.task], copies[graph.person]) > 1
    rows, columns = int(seats.sum()), int(copies.sum())
    parts = [
        _empty_seats(rows, columns, empty),
        _plain(np.flatnonzero(~twice), graph, cost, (first_row, seats), (first_column, copies)),
        _once(
            np.flatnonzero(twice),
            graph,
            cost,
            (first_row, seats, rows),
            (first_column, copies, columns + rows),
        ),
    ]
    return _solved(parts)


def _costs(graph: Graph, seats: int) -> tuple[Ints, int]:
    """Return the cost of each edge, and of an empty seat: more than any scores that filling it could lose.

    Lots only part what is equal: all of them together weigh less than one point.
    """
    span = int(graph.score.max() - graph.score.min())
    bits = min(LOT_BITS, int(EXACT_BITS - log2(seats * seats * (span + 1))))
    if bits < 0:
        raise ValueError(f"{seats} seats and scores over {span} points are too many to seat exactly at once")
    scale = seats << bits
    lots = (graph.lot >> np.uint64(64 - bits)).astype(np.int64) if bits else 0
    return (graph.score.max() - graph.score) * scale + lots, (seats * span + 1) * scale


def _empty_seats(rows: int, columns: int, empty: int) -> Cells:
    row = np.arange(rows, dtype=np.int64)
    return Cells(row, columns + row, np.full(rows, empty), np.full(rows, -1))


def _plain(
    edges: Ints, graph: Graph, cost: Ints, rows: tuple[Ints, Ints], columns: tuple[Ints, Ints]
) -> Cells:
    """Return cells for edges that one seat or one copy of the person makes unique."""
    task, person = graph.task[edges], graph.person[edges]
    seats, copies = rows[1][task], columns[1][person]
    times = np.maximum(seats, copies)  # one of the two is 1
    turn = _turns(times)
    return Cells(
        np.repeat(rows[0][task], times) + np.where(np.repeat(seats, times) > 1, turn, 0),
        np.repeat(columns[0][person], times) + np.where(np.repeat(copies, times) > 1, turn, 0),
        np.repeat(cost[edges], times),
        np.repeat(edges, times),
    )


def _once(
    edges: Ints, graph: Graph, cost: Ints, rows: tuple[Ints, Ints, int], columns: tuple[Ints, Ints, int]
) -> Cells:
    """Return cells for edges between several seats and several copies, so that nobody sits twice at one task.

    Each such edge has a gate: a column that its seats share, and a row that takes either this column (closed) or a
    copy of the person (open). A seat can take the column only of an open gate.
    """
    task, person = graph.task[edges], graph.person[edges]
    seats, copies = rows[1][task], columns[1][person]
    gate_row, gate_column = rows[2] + np.arange(len(edges)), columns[2] + np.arange(len(edges))
    into = Cells(
        np.repeat(rows[0][task], seats) + _turns(seats),
        np.repeat(gate_column, seats),
        np.repeat(cost[edges], seats),
        np.repeat(edges, seats),
    )
    out_column = np.repeat(columns[0][person], copies) + _turns(copies)
    free = Cells(
        np.concatenate([gate_row, np.repeat(gate_row, copies)]),
        np.concatenate([gate_column, out_column]),
        np.zeros(len(edges) + len(out_column), dtype=np.int64),
        np.full(len(edges) + len(out_column), -1),
    )
    return _joined([into, free])


def _turns(times: Ints) -> Ints:
    """Return 0, 1, … up to each number of times, one after the other."""
    return np.arange(int(times.sum()), dtype=np.int64) - np.repeat(np.cumsum(times) - times, times)


def _joined(parts: list[Cells]) -> Cells:
    return Cells(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("row", "column", "cost", "edge")
        )
    )


def _solved(parts: list[Cells]) -> Ints:
    """Return the edges in the cheapest full matching. One is added to every cost: the solver knows no cell of zero."""
    cells = _joined(parts)
    width = int(cells.column.max()) + 1
    matrix = csr_array(
        (cells.cost.astype(np.float64) + 1, (cells.row, cells.column)),
        shape=(int(cells.row.max()) + 1, width),
    )
    row, column = min_weight_full_bipartite_matching(matrix)
    places = cells.row * width + cells.column
    order = np.argsort(places)
    chosen = order[np.searchsorted(places, row.astype(np.int64) * width + column, sorter=order)]
    edges: Ints = np.sort(cells.edge[chosen])
    return edges[edges >= 0]
