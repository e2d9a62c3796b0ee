"""Judge rankings against labelled data: NDCG@10, average precision, and run files as TREC's tools read them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import fmean

CUT = 10
RECIPROCAL = 10**9


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts by id, and for each query the grade of each document that a person has judged; 0 is not relevant."""

    queries: Mapping[str, str]
    corpus: Mapping[str, str]
    grades: Mapping[str, Mapping[str, int]]

    @classmethod
    def read(cls, folder: Path) -> "Labelled":
        """Read queries.jsonl and corpus.jsonl (`id`, `text`) and qrels.tsv (query, iteration, document, grade).

        Queries for which nothing is relevant cannot be judged and are left out. Raises FileNotFoundError.
        """
        grades: dict[str, dict[str, int]] = {}
        for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
            if line.strip():
                query, _, document, grade = line.split()
                grades.setdefault(query, {})[document] = max(int(grade), 0)
        judged = {query: marks for query, marks in grades.items() if any(marks.values())}
        queries = {id_: text for id_, text in _texts(folder / "queries.jsonl") if id_ in judged}
        return cls(queries, dict(_texts(folder / "corpus.jsonl")), judged)


def _texts(file: Path) -> Iterator[tuple[str, str]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                entry = json.loads(line)
                yield str(entry["id"]), entry["text"]


def ranked(scores: Mapping[str, int]) -> list[str]:
    """Return the documents, best first; among equals the smaller id comes first."""
    return sorted(scores, key=lambda document: (-scores[document], document))


def ndcg(order: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return NDCG@10 with the grade as gain, as trec_eval has it (Järvelin and Kekäläinen, TOIS 20, 2002)."""
    ideal = _discounted(sorted(grades.values(), reverse=True))
    return _discounted([grades.get(document, 0) for document in order]) / ideal


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains[:CUT]))


def average_precision(order: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return the mean precision at each relevant document; one that is never found counts as zero."""
    relevant = {document for document, grade in grades.items() if grade}
    found = [place for place, document in enumerate(order, 1) if document in relevant]
    return sum(nth / place for nth, place in enumerate(found, 1)) / len(relevant)


def judge(data: Labelled, scores: Mapping[str, Mapping[str, int]]) -> tuple[float, float]:
    """Return NDCG@10 and MAP, each the plain mean over the queries."""
    orders = {query: ranked(scores[query]) for query in data.queries}
    return (
        fmean(ndcg(order, data.grades[query]) for query, order in orders.items()),
        fmean(average_precision(order, data.grades[query]) for query, order in orders.items()),
    )


def fused(*judges: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Return the reciprocal rank fusion of rankings, k = 60 (Cormack, Clarke and Büttcher, SIGIR 2009), in whole numbers.

    Equals share the best of their places: a judge that sees no difference makes none. A place depends on everybody
    who is ranked: right for judging a fixed set, wrong in a product whose people come and go.
    """
    scores: dict[str, dict[str, int]] = {query: dict.fromkeys(found, 0) for query, found in judges[0].items()}
    for judged in judges:
        for query, found in judged.items():
            places = {
                score: place
                for place, score in reversed(list(enumerate(sorted(found.values(), reverse=True), 1)))
            }
            for document, score in found.items():
                scores[query][document] += RECIPROCAL // (60 + places[score])
    return scores


def run_lines(scores: Mapping[str, Mapping[str, int]], tag: str) -> Iterator[str]:
    """Write a ranking as TREC run lines: query, Q0, document, rank, score, tag.

    TREC's tools order by the score and break ties in their own way, so the decimals fall with the rank.
    """
    for query, found in scores.items():
        order = ranked(found)
        for rank, document in enumerate(order, 1):
            yield f"{query} Q0 {document} {rank} {found[document]}.{len(order) - rank:06d} {tag}"
