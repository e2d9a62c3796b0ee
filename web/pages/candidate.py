"""A candidate's page, without an account: who shares what with whom and what for; consent, refuse, withdraw."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, Field

from marketplace.core.errors import N_, Conflict, Failure, Invalid, Message, NotFound
from marketplace.referrals import consents
from web import device, i18n, referral_words
from web.admission import admit, origin
from web.fields import Line
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest


class Consent(BaseModel):
    """What is shared, and to which text one agrees."""

    name: Annotated[str, Line(100)] = Field(title=N_("Your name"))
    phone: Annotated[str, Line(40)] = Field("", title=N_("Your phone number"))
    agreed: bool = Field(default=False, title=N_("I agree that this is shared with the company"))
    version: Annotated[str, Line(20)] = Field("", title="")


class Letter(BaseModel):
    """Where one's own link is mailed to."""

    contact: Annotated[str, Line(254)] = Field(
        title=N_("The mail address or phone number that the referrer named")
    )
    mail: Annotated[str, Line(254)] = Field("", title=N_("Your mail address"))


@get("/r/{token:str}", opt={"public": True}, include_in_schema=False)
async def look(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """Show what would be shared; opening the page uses nothing up."""
    return device.marked(request, await _show(token))


@post("/r/{token:str}/letter", opt={"public": True}, include_in_schema=False)
async def letter(request: AnyRequest, token: FromPath[str]) -> Any:
    """Mail the candidate his own link, who was handed one by the referrer."""
    await admit((consents.ANSWERS_FROM_PLACE, origin(request)), (consents.LETTERS_OF_LINK, token))
    form = await Form.read(Letter, request)
    try:
        await consents.ask_letter(token, form.data.contact, form.data.mail)
    except Invalid as refusal:
        return await _show(token, letter=form.refuse(refusal), status=422)
    except (Conflict, NotFound) as refusal:
        return await _refused(token, refusal)
    return see(
        f"/r/{token}",
        request,
        Message(N_("We have mailed you a link of your own. Please open it and decide there.")),
    )


@post("/r/{token:str}/consent", opt={"public": True}, include_in_schema=False)
async def give(request: AnyRequest, token: FromPath[str]) -> Any:
    """Consent."""
    await admit((consents.ANSWERS_FROM_PLACE, origin(request)))
    form = await Form.read(Consent, request)
    try:
        _must_agree(form.data)
        await consents.give(
            token,
            form.data.name,
            form.data.phone,
            version=form.data.version,
            locale=i18n.locale.get(),
            traces=device.traces(request),
        )
    except Invalid as refusal:
        return await _show(token, form=form.refuse(refusal), status=422)
    except (Conflict, NotFound) as refusal:
        return await _refused(token, refusal)
    return see(f"/r/{token}", request)


@post("/r/{token:str}/refusal", opt={"public": True}, include_in_schema=False)
async def refuse(request: AnyRequest, token: FromPath[str]) -> Any:
    """Say no."""
    await admit((consents.ANSWERS_FROM_PLACE, origin(request)))
    try:
        await consents.refuse(token, traces=device.traces(request))
    except (Conflict, NotFound) as refusal:
        return await _refused(token, refusal)
    return see(f"/r/{token}", request)


@post("/r/{token:str}/withdrawal", opt={"public": True}, include_in_schema=False)
async def withdraw(request: AnyRequest, token: FromPath[str]) -> Any:
    """Take the consent back."""
    await admit((consents.ANSWERS_FROM_PLACE, origin(request)))
    try:
        await consents.withdraw(token, traces=device.traces(request))
    except (Conflict, NotFound) as refusal:
        return await _refused(token, refusal)
    return see(f"/r/{token}", request)


def _must_agree(consent: Consent) -> None:
    if not consent.agreed:
        wrong = N_("Please tick this if you agree. Otherwise press “No, thank you”.")
        raise Invalid(fields={"agreed": Message(wrong)})


async def _show(
    token: str,
    *,
    form: Form[Consent] | None = None,
    letter: Form[Letter] | None = None,
    status: int = 200,
    refusal: Message | None = None,
) -> Response[bytes]:
    try:
        seen = await consents.look(token)
    except NotFound as unknown:
        return page("referrals/no_link.html", refusal=unknown.message, status=404)
    return page(
        "referrals/candidate.html",
        token=token,
        seen=seen,
        form=form or Form(Consent, {"name": seen.said.get("name", "")}),
        letter=letter or Form(Letter),
        version=consents.TEXT_VERSION,
        words=referral_words,
        refusal=refusal,
        status=status,
    )


async def _refused(token: str, refusal: Failure) -> Response[bytes]:
    return await _show(token, status=refusal.status, refusal=refusal.message)


HANDLERS = [look, letter, give, refuse, withdraw]
