"""Other engines over the same people: each is loaded once and answers with (row, met, score) of the best 50."""

import asyncio
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import asyncpg
import duckdb
import numpy as np
import tantivy
from _matching_sql import COLUMNS, DUCKDB, POSTGRES, K, statement

from matching import plain
from matching.columns import Columns
from matching.index import Index
from matching.plan import plan_of
from matching.question import Question

NOBODY = plain.Found(*(np.zeros(0, np.int64) for _ in plain.Found._fields))
WORDS = """select array_to_string(list_transform(list_zip(skills, held), lambda x: array_to_string(
  list_transform(range(1, (x[2] >> 8) + 1), lambda l: 's' || x[1] || '.' || l), ' ')), ' ') from person order by id"""
Answer = list[tuple[int, int, int]]
LISTS = (
    "skills",
    "held",
    "units",
    "sites",
    "ask",
    "unlike_day",
    "unlike_free",
    "unlike_ask",
    "taken_day",
    "taken_mask",
)


def excluded(index: Index, question: Question) -> list[int]:
    """Return the rows of those whom a question leaves out."""
    return [row for row in map(index.people.row, question.excluded) if row >= 0]


def stages(question: Question) -> list[int]:
    """Return how many skills to ask for, one query after another: most first, until the list is full."""
    return list(range(len(question.musts), question.need.least_met - 1, -1))


class Duck:
    """DuckDB on one thread over the flat columns."""

    def __init__(self, columns: Columns) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("set threads = 1")
        _fill(self.connection, columns)

    def ask(self, question: Question, left_out: Sequence[int]) -> Answer:
        """Ask for the least at once: a scan for each stage would cost more than it saves."""
        text = statement(question, DUCKDB, question.need.least_met, left_out)
        return self.connection.execute(text).fetchall()


def _fill(connection: duckdb.DuckDBPyConnection, columns: Columns) -> None:
    people = len(columns.high)
    rows = np.arange(people, dtype=np.int32)
    week = columns.week.astype(np.int64).reshape(people, 7, 3) @ (1 << 16 * np.arange(3))
    plain_columns = {
        "id": rows,
        **{
            name: np.asarray(getattr(columns, name))
            for name in COLUMNS
            if hasattr(columns, name) and name not in LISTS
        },
        **{f"d{day}": week[:, day] for day in range(7)},
    }
    plain_columns["remote"] = columns.remote.astype(np.int32)
    lists = {name: _listed(columns, name) for name in LISTS}
    parts = []
    for name, (owner, values) in lists.items():
        held = {"id": owner.astype(np.int32), "n": np.arange(len(owner)), "value": values}
        connection.register(f"each_{name}", held)
        kind = COLUMNS[name].removesuffix("[]")
        connection.execute(
            f"create temp table of_{name} as select id, list(value::{kind} order by n) as {name} from each_{name} group by id"
        )
        parts.append(f"left join of_{name} using (id)")
    connection.register("flat", plain_columns)
    chosen = ", ".join(f"{name}::{kind} as {name}" for name, kind in COLUMNS.items())
    connection.execute(f"create table person as select {chosen} from flat {' '.join(parts)} order by id")
    for name in lists:
        connection.execute(f"drop table of_{name}")


def _listed(columns: Columns, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the owner and the value of each item of an array column."""
    people = np.arange(len(columns.high))
    words = 1 << 16 * np.arange(3)
    if name == "ask":
        rows, cells = columns.asking
        return np.repeat(rows, 7), (cells.astype(np.int64).reshape(-1, 7, 3) @ words).reshape(-1)
    source = {"held": "skills", "unlike_day": "days", "unlike_free": "days", "unlike_ask": "days"}.get(
        name, name
    )
    ragged = getattr(columns, source.removesuffix("_day").removesuffix("_mask"))
    owner, values = np.repeat(people, ragged.counts), ragged.values.astype(np.int64)
    parts = {
        "skills": lambda: values >> 11,
        "held": lambda: values & 0x7FF,
        "unlike_day": lambda: values[:, 0],
        "taken_day": lambda: values[:, 0],
        "unlike_free": lambda: values[:, 1:4] @ words,
        "taken_mask": lambda: values[:, 1:4] @ words,
        "unlike_ask": lambda: values[:, 4:7] @ words,
    }
    return owner, parts.get(name, lambda: values)()


class Postgres:
    """PostgreSQL on one process: GIN over skill codes (intarray), one prepared statement for each stage."""

    def __init__(self, loop: asyncio.AbstractEventLoop, connection: asyncpg.Connection) -> None:
        self.loop, self.connection = loop, connection
        self.prepared: dict[str, Any] = {}

    def ask(self, question: Question, left_out: Sequence[int]) -> Answer:
        found: Answer = []
        for least in stages(question):
            text = statement(question, POSTGRES, least, left_out)
            found = [tuple(row) for row in self.loop.run_until_complete(self._fetch(text))]
            if len(found) == K and found[-1][1] >= least:
                break
        return found

    async def _fetch(self, text: str) -> list[asyncpg.Record]:
        if text not in self.prepared:
            self.prepared[text] = await self.connection.prepare(text)
        return await self.prepared[text].fetch()


async def load(connection: asyncpg.Connection, duck: Duck, folder: Path) -> None:
    """Write the people whom DuckDB holds into PostgreSQL, index the codes, gather statistics."""
    names = {
        name: f"'{{' || array_to_string({name}, ',') || '}}'" if kind.endswith("[]") else name
        for name, kind in COLUMNS.items()
    }
    names["codes"] = (
        "'{' || array_to_string(list_transform(list_zip(skills, held), lambda x: x[1] * 8 + (x[2] >> 8)), ',') || '}'"
    )
    file = folder / "people.csv"
    duck.connection.execute(
        f"copy (select {', '.join(names.values())} from person) to '{file}' (header false)"
    )
    declared = ", ".join(f"{name} {kind}" for name, kind in {**COLUMNS, "codes": "int[]"}.items())
    await connection.execute(
        f"create extension if not exists intarray; create unlogged table person ({declared})"
    )
    await connection.copy_to_table("person", source=file, format="csv")
    file.unlink()
    await connection.execute(
        "set maintenance_work_mem = '512MB'; create index on person using gin (codes gin__int_ops) where barred = 0"
    )
    await connection.execute("vacuum analyze person")
    await connection.execute("set max_parallel_workers_per_gather = 0; set jit = off; set work_mem = '256MB'")


class Tantivy:
    """tantivy as the finder of candidates (a word for each level that a skill is held at or above); numpy decides."""

    def __init__(self, duck: Duck, index: Index, folder: Path) -> None:
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("codes", tokenizer_name="whitespace", index_option="basic")
        self.index, self.schema = index, schema.build()
        searched = tantivy.Index(self.schema, path=str(folder))
        writer = searched.writer(heap_size=2_000_000_000, num_threads=1)
        texts = duck.connection.execute(WORDS)
        while some := texts.fetchmany(50_000):
            for (text,) in some:
                writer.add_document(tantivy.Document(codes=text or ""))
        writer.commit()
        writer.wait_merging_threads()
        searched.reload()
        self.searcher = searched.searcher()
        assert self.searcher.num_segments == 1, "a document's number is its row only in one segment"

    def ask(self, question: Question, left_out: Sequence[int]) -> Answer:
        people, plan = self.index.people, plan_of(question, self.index.people)
        found = NOBODY
        for least in stages(question):
            query, most = self._query(question, least)
            hits = self.searcher.search(query, limit=max(most, 1), count=False).hits
            rows = np.fromiter((address.doc for _, address in hits), np.int64, len(hits))
            rows = rows[people.rows.barred[rows] == 0]
            rows = rows[~np.isin(rows, left_out)]
            found = plain.best(people, plan, NOBODY, rows, len(question.musts), K)
            if len(found.rows) == K and found.met[-1] >= least:
                break
        return list(zip(found.rows.tolist(), found.met.tolist(), found.scores.tolist(), strict=True))

    def _query(self, question: Question, least: int) -> tuple[tantivy.Query, int]:
        """Return the query for who meets so many skills, and how many there can be at most."""
        words = [f"s{asked.skill}.{asked.level}" for asked in question.musts]
        most = sorted(self.searcher.doc_freq("codes", word) for word in words)
        terms = [tantivy.Query.term_query(self.schema, "codes", word, "basic") for word in words]
        each = [
            tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in some])
            for some in combinations(terms, least)
        ]
        either = tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in each])
        return tantivy.Query.const_score_query(either, 1.0), sum(most[: len(words) - least + 1])
