"""Ranking quality on labelled data: how well skills, words and meaning find the people that a person judged right.

`--folder F` holds queries.jsonl, corpus.jsonl and qrels.tsv; `--run FILE` keeps the fused ranking in TREC's form.
Aims: structured at least .89 NDCG@10; fused at least .94 NDCG@10 and .79 MAP, and never below BM25 by more than .03.
Nothing is fitted to a set: BM25 has k1 1.2 and b 0.75, and reciprocal rank fusion of skills, words and meaning k = 60.
"""

import argparse
import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID, uuid5

from _house import ROOT, report
from _judging import Labelled, fused, judge, run_lines
from _stated import Stated
from _vectors import Vectors

from matching import embedding
from matching.meaning import meaning_points
from matching.text import TextStatistics, fused_points, text_points

TITLE = "ranking_quality"
LOCAL = ROOT.parent / "shared" / "data" / "eval" / "job_to_cv"
NAMES = UUID(int=0)

Scores = dict[str, dict[str, int]]


def main() -> None:
    """Judge every way of ranking on one folder of labelled data, and print what was found."""
    asked = arguments()
    folder = asked.folder or LOCAL
    if asked.folder is None and not folder.exists():
        print(f"{TITLE}: no labelled data at {folder}; name a folder with --folder")
        print(json.dumps({"benchmark": TITLE, "skipped": "no labelled data"}))
        return
    data = Labelled.read(folder)
    begun = time.perf_counter()
    judges = rankings(data)
    seconds = time.perf_counter() - begun
    asked.run.parent.mkdir(parents=True, exist_ok=True)
    asked.run.write_text("".join(f"{line}\n" for line in run_lines(judges["fused"], "enishi")))
    tell(folder, asked.run, data, judges, seconds)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, help="queries.jsonl, corpus.jsonl and qrels.tsv")
    parser.add_argument("--run", type=Path, default=ROOT / ".data" / f"{TITLE}.run", help="the TREC run file")
    return parser.parse_args()


def rankings(data: Labelled) -> dict[str, Scores]:
    """Return the scores of each judge: chance, skills, words, and with the embedding meaning; then all of them fused.

    `points` adds what the product adds, so that each part counts the same: its text points are the mean of two parts.
    """
    stated = Stated(data.queries, data.corpus)
    skills, parts = stated.points(), texts(data)
    judges = {"random": chance(data), "overlap": stated.overlap(), "structured": skills, **parts}
    judges["points"] = added((1, skills), (2, parts["text"]) if "text" in parts else (1, parts["bm25"]))
    judges["fused"] = fused(skills, *(parts[name] for name in ("bm25", "meaning") if name in parts))
    return judges


def chance(data: Labelled) -> Scores:
    """Shuffle the people, the same way in every run."""
    return {
        query: {
            person: int(hashlib.sha256(f"{query} {person}".encode()).hexdigest()[:8], 16)
            for person in data.corpus
        }
        for query in data.queries
    }


def texts(data: Labelled) -> dict[str, Scores]:
    """Score with the product's own functions: points for words and, where it is installed, for meaning and for both."""
    people = {uuid5(NAMES, person): person for person in data.corpus}
    documents = {key: data.corpus[person] for key, person in people.items()}
    kept = Vectors() if embedding.available() else None
    vectors = dict(zip(documents, kept.texts(documents.values()), strict=True)) if kept else {}
    statistics = TextStatistics.of(documents.values(), list(vectors.values()))
    judges: dict[str, Scores] = {}
    for query, text in data.queries.items():
        scores = {"bm25": text_points(text, documents, statistics)}
        if kept and statistics.centre:
            scores["meaning"] = meaning_points(kept.query(text), vectors, statistics.centre)
            scores["text"] = fused_points(scores["bm25"], kept.query(text), vectors, statistics)
        for name, points in scores.items():
            judges.setdefault(name, {})[query] = {people[key]: share for key, share in points.items()}
    return judges


def added(*weighted: tuple[int, Scores]) -> Scores:
    """Add scores of the same scale, each so many times."""
    return {
        query: {person: sum(times * scores[query][person] for times, scores in weighted) for person in people}
        for query, people in weighted[0][1].items()
    }


def tell(folder: Path, run: Path, data: Labelled, judges: Mapping[str, Scores], seconds: float) -> None:
    """Print the table and, as the last line, the figures."""
    found = {name: judge(data, scores) for name, scores in judges.items()}
    with_meaning = embedding.MODEL if embedding.available() else None
    rows = [
        ("folder", f"{folder.name}: {len(data.queries)} queries, {len(data.corpus)} texts"),
        ("embedding", with_meaning or "not installed: fused is skills and words"),
        ("judge", "NDCG@10  MAP"),
        *((name, f"{ndcg10:.3f}    {mean:.3f}") for name, (ndcg10, mean) in found.items()),
        ("run file", str(run)),
        ("seconds", f"{seconds:.1f}"),
    ]
    figures = {
        "queries": len(data.queries),
        "embedding": with_meaning,
        "ndcg10": found["fused"][0],
        "map": found["fused"][1],
        "structured_ndcg10": found["structured"][0],
        "structured_map": found["structured"][1],
        "bm25_ndcg10": found["bm25"][0],
        "bm25_map": found["bm25"][1],
        "text_ndcg10": found["text"][0] if "text" in found else None,
        "points_ndcg10": found["points"][0],
        "points_map": found["points"][1],
        "overlap_ndcg10": found["overlap"][0],
        "random_ndcg10": found["random"][0],
        "seconds": seconds,
    }
    report(TITLE, rows, figures)


if __name__ == "__main__":
    main()
