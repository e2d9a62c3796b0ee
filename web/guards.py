"""Who may stand at a page: each guard returns the actor to act as, or ends the request.

Nobody signed in is led to the sign-in page and back; what is not yours to see is a page that does not exist.
"""

from litestar.exceptions import NotAuthorizedException

from marketplace.core.actor import Actor
from marketplace.core.errors import NotFound
from marketplace.people.sessions import SessionInfo
from web.visit import AnyRequest, Visit


def person(request: AnyRequest) -> SessionInfo:
    """Return who is signed in; nobody → the sign-in page."""
    info = Visit.of(request).info
    if info is None:
        raise NotAuthorizedException
    return info


def alumnus(request: AnyRequest) -> Actor:
    """Return the signed-in person as an alumnus, also one who has left every network and may come back."""
    return person(request).as_alumnus()


def member(request: AnyRequest, slug: str, *roles: str) -> Actor:
    """Return the signed-in person as a member of the company with this slug; a stranger → 404.

    Where roles are named, a member who has none of them → 403, before anything that he wrote is judged.
    """
    found = person(request).as_member(slug)
    if found is None:
        raise NotFound
    if roles:
        found.must_have(*roles)
    return found


def operator(request: AnyRequest) -> Actor:
    """Return the signed-in person as the operator; anybody else → 404."""
    info = person(request)
    if not info.is_operator:
        raise NotFound
    return info.as_operator()
