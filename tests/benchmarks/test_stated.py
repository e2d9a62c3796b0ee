from benchmarks._stated import Stated, listed_items


def test_what_stands_alone_on_a_line_is_an_item_and_a_sentence_is_not():
    text = "Skills:\n- Bookkeeping\n• Data analysis\nWe look for somebody who closes books.\nTools: SQL, Excel, R\n"

    assert list(listed_items(text)) == ["Bookkeeping", "Data analysis", "SQL", "Excel", "R"]


def test_a_term_that_three_texts_list_is_found_in_a_sentence_too():
    lists = {str(number): "Cheese ripening\nFlower arranging" for number in range(3)}
    corpus = lists | {"prose": "I did cheese ripening for years.", "other": "I sold bicycles."}

    stated = Stated({"q": "We need cheese ripening today."}, corpus)

    assert stated.asked["q"] == {"cheese ripening"}
    assert "cheese ripening" in stated.held["prose"]
    assert stated.overlap()["q"] == {"0": 1, "1": 1, "2": 1, "prose": 1, "other": 0}


def test_a_shipped_skill_is_met_under_all_its_names():
    stated = Stated({"q": "エクセルができる方"}, {"a": "Microsoft Excel at work", "b": "Word"})

    assert stated.points()["q"] == {"a": 10_000, "b": 0}


def test_a_rare_skill_weighs_more_than_a_common_one():
    corpus = {"rare": "Kubernetes", "common": "Excel", "a": "Excel", "b": "Excel", "c": "nothing"}

    points = Stated({"q": "Kubernetes and Excel"}, corpus).points()["q"]

    assert points["rare"] > points["common"] > points["c"] == 0
