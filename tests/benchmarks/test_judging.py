import json
from math import log2

import pytest

from benchmarks._judging import Labelled, average_precision, fused, judge, ndcg, ranked, run_lines


def test_ndcg_is_what_is_worked_out_by_hand():
    grades = {"a": 3, "b": 2, "c": 0, "d": 1}

    found = ndcg(["b", "c", "a", "d"], grades)

    gained = 2 / log2(2) + 0 / log2(3) + 3 / log2(4) + 1 / log2(5)
    ideal = 3 / log2(2) + 2 / log2(3) + 1 / log2(4)
    assert found == pytest.approx(gained / ideal)
    assert found == pytest.approx(0.8254, abs=1e-4)


def test_ndcg_looks_at_ten_places_and_at_most_ten_ideal_ones():
    relevant = {f"r{number:02d}": 1 for number in range(12)}
    order = [f"r{number:02d}" for number in range(10)]

    assert ndcg(order, relevant) == pytest.approx(1)
    assert ndcg([*["x"] * 10, *order], relevant) == 0


def test_average_precision_is_what_is_worked_out_by_hand():
    grades = {"a": 1, "b": 2, "c": 1, "d": 0}

    assert average_precision(["a", "d", "b", "x", "c"], grades) == pytest.approx((1 + 2 / 3 + 3 / 5) / 3)
    assert average_precision(["d", "a"], grades) == pytest.approx(1 / 2 / 3)
    assert average_precision(["d"], grades) == 0


def test_the_best_come_first_and_equals_by_their_id():
    assert ranked({"b": 5, "c": 9, "a": 5}) == ["c", "a", "b"]


def test_fusion_adds_reciprocal_ranks():
    one, other = {"q": {"a": 3, "b": 2, "c": 1}}, {"q": {"a": 0, "b": 9, "c": 8}}

    assert fused(one, other) == {
        "q": {
            "a": 10**9 // 61 + 10**9 // 63,
            "b": 10**9 // 62 + 10**9 // 61,
            "c": 10**9 // 63 + 10**9 // 62,
        }
    }


def test_a_judge_that_sees_no_difference_makes_none_in_the_fusion():
    one, blind = {"q": {"a": 3, "b": 2, "c": 2}}, {"q": {"a": 0, "b": 0, "c": 0}}

    assert fused(one, blind) == {
        "q": {"a": 2 * (10**9 // 61), "b": 10**9 // 62 + 10**9 // 61, "c": 10**9 // 62 + 10**9 // 61}
    }


def test_a_run_file_keeps_the_order_even_among_equals():
    lines = [line.split() for line in run_lines({"q1": {"b": 5, "a": 5, "c": 7}}, "tag")]

    assert [line[2:4] for line in lines] == [["c", "1"], ["a", "2"], ["b", "3"]]
    assert [line[:2] + line[5:] for line in lines] == [["q1", "Q0", "tag"]] * 3
    scores = [float(line[4]) for line in lines]
    assert scores == sorted(set(scores), reverse=True)


def test_a_folder_is_read_and_judged(tmp_path):
    texts = {"queries": {"q1": "one", "q2": "two", "q3": "nobody fits"}, "corpus": {"a": "x", "b": "y"}}
    for name, entries in texts.items():
        lines = [json.dumps({"id": key, "text": text}) for key, text in entries.items()]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines))
    (tmp_path / "qrels.tsv").write_text("q1\t0\ta\t1\nq2\t0\tb\t1\nq2\t0\ta\t-1\nq3\t0\ta\t0\n")

    data = Labelled.read(tmp_path)

    assert list(data.queries) == ["q1", "q2"]
    assert data.grades["q2"] == {"b": 1, "a": 0}
    both = {"q1": {"a": 1, "b": 0}, "q2": {"a": 1, "b": 0}}
    assert judge(data, both) == (pytest.approx((1 + 1 / log2(3)) / 2), pytest.approx((1 + 1 / 2) / 2))
