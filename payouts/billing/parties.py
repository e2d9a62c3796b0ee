"""Who issues an invoice and who owes it, as they stand when it is finalised."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

from marketplace.core.settings import settings


@dataclass(frozen=True, slots=True)
class Party:
    """A name (and its English form), address and registration number; where its mail goes."""

    name: str
    name_en: str = ""
    address: str = ""
    registration_number: str = ""
    email: str = ""

    @property
    def record(self) -> dict[str, Any]:
        """Return it as it is stored with the invoice."""
        return asdict(self)


Source = Callable[[str], Awaitable[Party]]
_sources: list[Source] = []


def knows_buyers(source: Source) -> Source:
    """Register who knows the companies, so that payouts need not: an async function from a company's id to its Party."""
    _sources[:] = [source]
    return source


async def buyer(company: str) -> Party:
    """Return a company as a buyer; runs in the operator's scope. Raises LookupError when nobody knows companies."""
    if not _sources:
        raise LookupError("nobody has registered with parties.knows_buyers")
    return await _sources[0](company)


def seller() -> Party:
    """Return the operator as the issuer of a qualified invoice, from the settings."""
    current = settings()
    return Party(
        name=current.operator_name,
        name_en=current.operator_name_en,
        address=current.operator_address,
        registration_number=current.operator_registration_number,
    )
