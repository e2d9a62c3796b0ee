"""Who acts: the keyword-only `by=` of every action."""

from dataclasses import dataclass, field
from typing import Literal, TypedDict
from uuid import UUID

from marketplace.core.errors import N_, NotAllowed, NotFound


class Scope(TypedDict, total=False):
    """The keywords of `db.transaction`."""

    company: UUID | None
    person: UUID | None
    operator: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """A person in one of the roles that he holds, or the system itself.

    A member carries his company, his roles and, for a manager, his unit (None: all units). An alumnus and the
    operator act for no company; an action that needs one enters it for the row that it has found.
    """

    kind: Literal["member", "alumnus", "operator", "system"]
    person: UUID | None = None
    name: str = ""
    locale: str = "ja"
    company: UUID | None = None
    member: UUID | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    unit: UUID | None = None

    @property
    def scope(self) -> Scope:
        """Return the keywords of `db.transaction` that this actor may see by."""
        if self.kind == "member":
            return {"company": self.company}
        if self.kind == "alumnus":
            return {"person": self.person}
        return {"operator": True}

    @property
    def ref(self) -> str:
        """Return the opaque reference that is written into events."""
        identity = self.member if self.kind == "member" else self.person
        return f"{self.kind}:{identity}" if identity else self.kind

    def must_be(self, kind: str) -> None:
        """Raise NotFound for the wrong kind of actor: he may not know that the thing exists."""
        if self.kind != kind:
            raise NotFound

    def must_have(self, *roles: str) -> None:
        """Raise NotAllowed unless a member holds one of these roles."""
        self.must_be("member")
        if not self.roles & set(roles):
            raise NotAllowed(N_("Your role does not permit this. Ask the owner of your company's account."))


SYSTEM = Actor("system")
