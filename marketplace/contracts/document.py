"""Print the terms as the contract document: the same snapshot gives the same bytes, for ever.

The canonical terms travel inside it as `terms.json`; the only time in it is the time of conclusion.
"""

from importlib.resources import files
from typing import Any

from marketplace.contracts.sheet import sheet
from marketplace.contracts.terms import Terms, canonical_json
from marketplace.core import typesetting

TEMPLATES = files("marketplace.contracts") / "templates"


def contract_pdf(terms: Terms) -> bytes:
    """Return the contract document of `terms` as PDF bytes."""
    data = {**sheet(terms), "attachment": canonical_json(terms).decode()}
    return typeset("contract.typ", data, timestamp=int(terms.concluded_at.timestamp()))


def typeset(template: str, data: dict[str, Any], *, timestamp: int) -> bytes:
    """Return `template` filled with `data` as PDF bytes; `timestamp` is in seconds since 1970."""
    return typesetting.typeset((TEMPLATES / template).read_bytes(), data, timestamp=timestamp)
