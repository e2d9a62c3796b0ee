"""From which side a person looks at a contract: the same page serves both, under two addresses."""

import re
from dataclasses import dataclass
from uuid import UUID

from marketplace.contracts import private, sides
from marketplace.core.actor import Actor
from web import guards
from web.visit import AnyRequest


@dataclass(frozen=True, slots=True)
class Side:
    """Who looks (`alumnus` or `company`), the address of the contract for that side, and of its list."""

    by: Actor
    at: str
    list_at: str

    @property
    def name(self) -> str:
        return "company" if self.by.kind == "member" else "alumnus"

    def task_at(self, task: UUID) -> str:
        """Return the address of the task, as this side reads it."""
        return (
            f"{self.list_at}/tasks/{task}"
            if self.name == "alumnus"
            else self.list_at.replace("/contracts", f"/tasks/{task}")
        )

    @property
    def decides(self) -> bool:
        """Tell whether this person may act on the contract, not only read it."""
        return self.by.kind == "alumnus" or bool(self.by.roles & set(sides.DECIDES))

    @property
    def reads_words(self) -> bool:
        """Tell whether this person reads what the sides write to one another, not only the facts."""
        return private.reads_words(self.by)


def both(path: str = "") -> list[str]:
    """Return the two addresses of a contract's page, or of what lies below it."""
    return [f"/contracts/{{contract:uuid}}{path}", f"/c/{{slug:str}}/contracts/{{contract:uuid}}{path}"]


def of(request: AnyRequest, contract: UUID) -> Side:
    """Return the side that the address names, or end the request for whoever may not stand there."""
    slug = request.path_params.get("slug")
    if slug is None:
        return Side(guards.alumnus(request), f"/contracts/{contract}", "/work")
    return Side(guards.member(request, slug), f"/c/{slug}/contracts/{contract}", f"/c/{slug}/contracts")


def page_asked(request: AnyRequest) -> int:
    """Return the page of a list that the address asks for; what is no small number is the first."""
    asked = request.query_params.get("page", "")
    return int(asked) if re.fullmatch("[1-9][0-9]{0,5}", asked) else 1
