"""From which side a person looks for documents: a company's finance or the operator; the same pages serve both."""

from dataclasses import dataclass

from marketplace.core.actor import Actor
from web import guards
from web.visit import AnyRequest


@dataclass(frozen=True, slots=True)
class Side:
    """Who looks, the address of that side's documents, and of the money around them; `slug` only for a company."""

    by: Actor
    at: str
    money_at: str
    slug: str

    @property
    def changes(self) -> bool:
        """Tell whether this person may start and stop packages; an auditor reads them."""
        return self.by.roles != {"auditor"}


def both(path: str = "") -> list[str]:
    """Return the two addresses of a page of documents."""
    return [f"/operator/documents{path}", f"/c/{{slug:str}}/documents{path}"]


def of(request: AnyRequest, *roles: str) -> Side:
    """Return the side that the address names, or end the request for whoever may not stand there."""
    slug = request.path_params.get("slug")
    if slug is None:
        return Side(guards.operator(request), "/operator/documents", "/operator", "")
    return Side(guards.member(request, slug, *roles), f"/c/{slug}/documents", f"/c/{slug}/money", slug)
