"""Where a company hires and pays: set by the operator, for no company may talk itself out of a country's law."""

import re
from uuid import UUID

from marketplace.activity import actions as activity
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound

_COUNTRY = re.compile("[A-Z]{2}")


async def move_to(company: UUID, country: str, *, by: Actor) -> None:
    """Note a company's country (ISO 3166-1 alpha-2); the policy is asked about its published bounties at the next sweep.

    Raises NotAllowed, NotFound, Invalid with `country`.
    """
    by.must_be("operator")
    if not _COUNTRY.fullmatch(country):
        raise Invalid(fields={"country": Message(N_("Please choose one of the offered answers."))})
    async with db.transaction(operator=True):
        if not await db.execute("update company set country = $2 where id = $1", company, country):
            raise NotFound
        await db.execute(
            "update bounty set checked_on = null where status = 'published' and company_id = $1", company
        )
        await activity.record(
            "country_changed", f"company:{company}", by=by, company=company, country=country
        )
