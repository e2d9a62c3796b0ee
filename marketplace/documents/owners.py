"""Whose documents a person looks at: a company's for its finance, the operator's own."""

from marketplace.core.actor import Actor
from marketplace.funds.company import READS


def owner_of(by: Actor) -> str:
    """Return the owner of the documents that a person may read. Raises NotAllowed for other members, NotFound."""
    if by.kind == "operator":
        return "operator"
    by.must_have(*READS)
    return f"company:{by.company}"
