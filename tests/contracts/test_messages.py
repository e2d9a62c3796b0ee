import ast
import re
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
HOLES = re.compile(r"%\(\w+\)s")
AREA = (
    *("completeness", "duelint", "evidence", "findings", "identity"),
    *("lint", "misclassification", "rightslint", "seal", "signs"),
)


def marked() -> set[str]:
    trees = [ast.parse((ROOT / "marketplace/contracts" / f"{name}.py").read_text()) for name in AREA]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {ast.literal_eval(call.args[0]) for call in calls if getattr(call.func, "id", "") == "N_"}


def test_every_message_has_japanese_with_the_same_holes_and_no_message_is_left_over():
    with (ROOT / "web/locale/ja/terms.po").open("rb") as file:
        japanese = {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id}

    assert set(japanese) == marked()
    assert all(japanese.values())
    assert all(sorted(HOLES.findall(text)) == sorted(HOLES.findall(said)) for text, said in japanese.items())
