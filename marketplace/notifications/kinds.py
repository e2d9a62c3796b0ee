"""What a notice says: a title, a body and a button, each a sentence with named holes, declared beside the noun it tells of."""

from dataclasses import dataclass

KINDS: dict[str, "Kind"] = {}


@dataclass(frozen=True, slots=True)
class Kind:
    """The wording of one kind of notice; holes are filled from the notice's params after translation."""

    title: str
    body: str
    button: str


def declare(name: str, *, title: str, body: str, button: str) -> None:
    """Declare a kind once, at import; texts are English sentences marked by `N_`."""
    if name in KINDS:
        raise ValueError(f"the notice {name} is declared twice")
    KINDS[name] = Kind(title, body, button)
