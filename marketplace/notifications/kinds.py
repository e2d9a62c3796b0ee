"""What a notice says: a title, a body and a button, each a sentence with named holes, declared beside the noun it tells of."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS: dict[str, "Kind"] = {}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail: its name, its media type and its bytes."""

    name: str
    media_type: str
    content: bytes


Attach = Callable[[Mapping[str, Any]], Awaitable[Attachment | None]]
"""Find what goes with a notice's mail by the notice's params, in the operator's scope."""


@dataclass(frozen=True, slots=True)
class Tap:
    """A button of a mail that works without signing in: its text, a sentence to translate, and its path."""

    text: str
    path: str


Taps = Callable[[Mapping[str, Any]], Sequence[Tap]]
"""Make the buttons of a notice's mail from the notice's row, when it is mailed: what they open rests nowhere."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The wording of one kind of notice; holes are filled from the notice's params after translation."""

    title: str
    body: str
    button: str
    attach: Attach | None = None
    taps: Taps | None = None


def declare(
    name: str, *, title: str, body: str, button: str, attach: Attach | None = None, taps: Taps | None = None
) -> None:
    """Declare a kind once, at import; texts are English sentences marked by `N_`."""
    if name in KINDS:
        raise ValueError(f"the notice {name} is declared twice")
    KINDS[name] = Kind(title, body, button, attach, taps)
