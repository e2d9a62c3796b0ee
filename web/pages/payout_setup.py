"""An alumnus's payment set-up: the provider's hosted page, how it stands, bank details, tax profile."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from litestar import Response, get, post
from litestar.response import Redirect
from pydantic import BaseModel, Field, model_validator

from marketplace.core.errors import N_, Invalid, Message
from marketplace.funds import bank_account, earnings, setup
from payouts.zengin import rail
from web import guards
from web.fields import Day, Line, wrong
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest, Visit

PLACE = "/me/payout"
SAID = {
    "active": N_("Your payment set-up is complete."),
    "bank_needed": N_("The bank details are still missing."),
    "restricted": N_("The provider has restricted the account. The operator is told."),
}
REQUIREMENTS = {
    "identity.individual.given_name": N_("Given name"),
    "identity.individual.surname": N_("Family name"),
    "identity.individual.date_of_birth": N_("Date of birth"),
    "identity.individual.address": N_("Home address"),
    "identity.individual.email": N_("Mail address"),
    "identity.individual.phone": N_("Telephone number"),
    "identity.attestations.terms_of_service.account": N_("The provider's terms of service"),
    "defaults.payout_methods": N_("Bank account"),
    "defaults.payout_methods.bank_account": N_("Bank account"),
}
"""What the provider asks for, in words; an unknown one is shown as the provider names it."""


class TaxProfile(BaseModel):
    """As what one is paid, and the number on qualified invoices."""

    kind: Literal["individual", "corporation"] = Field("individual", title=N_("I am paid as"))
    registration_number: Annotated[str, Line(30, folded=True)] = Field(
        "", title=N_("Registration number (qualified invoices)")
    )
    registered_since: Annotated[date | None, Day()] = Field(None, title=N_("Registered since"))

    @model_validator(mode="after")
    def number_holds(self) -> Self:
        """Check form and check digit of the number."""
        if self.registration_number and not setup.is_registration_number(self.registration_number):
            raise wrong(
                N_("This is not a registration number: T and thirteen digits, with a right check digit."),
                field="registration_number",
            )
        return self


async def _show(
    request: AnyRequest, form: Form[TaxProfile] | None = None, status: int = 200
) -> Response[bytes]:
    payee = await earnings.payout_setup(by=guards.alumnus(request))
    profile = {"kind": payee["kind"], "registration_number": payee["registration_number"] or ""}
    return page(
        "payout_setup.html",
        status=status,
        payee=payee,
        own=await bank_account.of(by=guards.alumnus(request)) if payee["rail"] == "zengin" else None,
        rail_on=rail.is_on(),
        form=form or Form(TaxProfile, profile),
        wanted=[REQUIREMENTS.get(name, name) for name in payee["requirements"]],
    )


@get(PLACE, include_in_schema=False)
async def setup_page(request: AnyRequest) -> Response[bytes]:
    """Show how the set-up stands."""
    return await _show(request)


@post(f"{PLACE}/tax-profile", include_in_schema=False)
async def tax_profile(request: AnyRequest) -> Any:
    """Store as what the alumnus is paid."""
    by = guards.alumnus(request)
    form = await Form.read(TaxProfile, request)
    try:
        data = form.data
        await setup.set_tax_profile(data.kind, data.registration_number, data.registered_since, by=by)
    except Invalid as refusal:
        return await _show(request, form.refuse(refusal), status=422)
    return see(PLACE, request, Message(N_("The tax profile is saved.")))


@post(f"{PLACE}/onboarding", include_in_schema=False)
async def onboarding(request: AnyRequest) -> Redirect:
    """Lead to the provider's page."""
    return await _lead(request)


@get(f"{PLACE}/again", include_in_schema=False)
async def again(request: AnyRequest) -> Redirect:
    """Lead there anew: the provider sends people here whose link has expired."""
    return await _lead(request)


async def _lead(request: AnyRequest) -> Redirect:
    base = f"{Visit.of(request).site.base_url}{PLACE}"
    who = guards.person(request)
    link = await setup.start(
        email=who.email, refresh_url=f"{base}/again", return_url=f"{base}/return", by=guards.alumnus(request)
    )
    return Redirect(link, status_code=303)


@post(f"{PLACE}/bank", include_in_schema=False)
async def bank(request: AnyRequest) -> Redirect:
    """Lead to the alumnus's own page at the provider, where bank details are changed."""
    return Redirect(await setup.account_page(by=guards.alumnus(request)), status_code=303)


@get(f"{PLACE}/return", include_in_schema=False)
async def come_back(request: AnyRequest) -> Redirect:
    """Ask the provider how it stands and show that."""
    return await _look(request)


@post(f"{PLACE}/check", include_in_schema=False)
async def check(request: AnyRequest) -> Redirect:
    """Ask the provider again."""
    return await _look(request)


async def _look(request: AnyRequest) -> Redirect:
    status = await setup.refresh(by=guards.alumnus(request))
    return see(
        PLACE, request, Message(SAID.get(status, N_("Something is still missing. You can go on any time.")))
    )


HANDLERS = [setup_page, tax_profile, onboarding, again, bank, come_back, check]
