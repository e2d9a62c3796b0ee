"""One API call of Stripe's as data: method, path, parameters and the function that does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from payouts.sandbox.params import Spec
from payouts.sandbox.store import Json
from payouts.sandbox.world import World


@dataclass(frozen=True)
class Call:
    """The validated input of an operation."""

    params: Json
    path: Mapping[str, str]
    url: str


@dataclass(frozen=True)
class Operation:
    """Declare a call; ``path`` names its variable parts in braces."""

    method: str
    path: str
    spec: Spec
    run: Callable[[World, Call], Json]
