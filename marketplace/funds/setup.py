"""An alumnus's payment set-up: opened and completed at the provider, mirrored here."""

from datetime import date

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from payouts import onboarding, registration


async def start(*, email: str, refresh_url: str, return_url: str, by: Actor) -> str:
    """Open the account if there is none; return a link to the provider's page. Raises Unavailable."""
    by.must_be("alumnus")
    return await onboarding.start(str(by.person), email=email, refresh_url=refresh_url, return_url=return_url)


async def account_page(*, by: Actor) -> str:
    """Return a link to the alumnus's own page at the provider. Raises NotFound before there is an account."""
    by.must_be("alumnus")
    return await onboarding.account_page(str(by.person))


async def refresh(*, by: Actor) -> str:
    """Ask the provider how the account stands, mirror it, and return the status. Raises Unavailable."""
    by.must_be("alumnus")
    return await onboarding.refresh(str(by.person))


async def set_tax_profile(
    kind: str, registration_number: str, registered_since: date | None = None, *, by: Actor
) -> None:
    """Store as what the alumnus is paid: kind is individual or corporation; the number holds since a day. Raises Invalid."""
    by.must_be("alumnus")
    if registration_number and not is_registration_number(registration_number):
        wrong = N_("This is not a registration number: T and thirteen digits, with a right check digit.")
        raise Invalid(fields={"registration_number": Message(wrong)})
    number = registration.normalise(registration_number) or None
    await onboarding.set_tax_profile(
        str(by.person),
        kind=kind,
        registration_number=number,
        registered_since=registered_since if number else None,
    )


def is_registration_number(text: str) -> bool:
    """Tell whether a typed text is a registration number of a qualified-invoice issuer."""
    return registration.is_valid(registration.normalise(text))
