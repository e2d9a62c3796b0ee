"""Before every page of a company: an auditor changes nothing there, and what an auditor reads is written down."""

from marketplace.companies import auditors
from marketplace.core.errors import N_, NotAllowed
from web.visit import AnyRequest, Visit

READING = frozenset({"GET", "HEAD"})


async def watch(request: AnyRequest) -> None:
    """Refuse an auditor's change and note an auditor's reading; everybody else passes."""
    visit = Visit.of(request)
    if visit.info is None or not visit.slug:
        return
    by = visit.info.as_member(visit.slug)
    if by is None or by.roles != {"auditor"}:
        return
    if visit.method not in READING:
        raise NotAllowed(N_("An auditor reads and changes nothing."))
    await auditors.note_reading(visit.path, visit.query, by=by)
