"""An alumnus's referrals: the bounties of his networks, one as it is offered with its form, his claims, his receipts."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotAllowed
from marketplace.core.money import Money
from marketplace.referrals import claim_queries, claims, receipts
from marketplace.referrals.claims import Wish
from marketplace.referrals.policy import Verdict
from web import device, guards, referral_words
from web.admission import admit, origin
from web.fields import Line, Prose
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest


class Candidate(BaseModel):
    """Whom one refers."""

    contact: Annotated[str, Line(254)] = Field(title=N_("Their mail address or phone number"))
    name: Annotated[str, Line(100)] = Field("", title=N_("Their name"))
    locale: Annotated[str, Line(2)] = Field("ja", title=N_("Language of the mail to them"))
    word: Annotated[str, Prose(1000)] = Field("", title=N_("Your word about them"))
    candidate_country: Annotated[str, Line(2)] = Field("JP", title=N_("They live in"))
    referrer_country: Annotated[str, Line(2)] = Field("JP", title=N_("You live in"))
    unrewarded: bool = Field(default=False, title=N_("I refer without a reward"))


class Given(BaseModel):
    """A receipt to check."""

    receipt: Annotated[str, Prose(2000)] = Field(title=N_("Receipt"))


@get("/referrals", include_in_schema=False)
async def listed(request: AnyRequest) -> Response[bytes]:
    """Show the bounties that I may refer for, or my claims."""
    by = guards.alumnus(request)
    query = request.query_params
    number = query.get("page", "1")
    asked = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1  # noqa: PLR2004
    tab = "mine" if query.get("tab") == "mine" else "bounties"
    bounties = await claim_queries.asked(by=by, page=asked if tab == "bounties" else 1)
    mine = await claim_queries.mine(by=by, page=asked if tab == "mine" else 1)
    return page(
        "referrals/list.html", tab=tab, bounties=bounties, mine=mine, words=referral_words, money_of=reward_of
    )


@get("/referrals/bounties/{bounty:uuid}", include_in_schema=False)
async def one(request: AnyRequest, bounty: FromPath[UUID]) -> Response[bytes]:
    """Show the whole offer in plain words, what the law says of its reward, and the form."""
    return device.marked(request, await _show(bounty, guards.alumnus(request), Form(Candidate)))


@post("/referrals/bounties/{bounty:uuid}/claims", include_in_schema=False)
async def refer(request: AnyRequest, bounty: FromPath[UUID]) -> Any:
    """Refer somebody: whatever the answer, it stands on the claim's own page."""
    by = guards.alumnus(request)
    await admit(
        (claims.TRIES_FROM_PLACE, origin(request)), (claims.TRIES_OF_PERSON, str(by.person))
    )  # counted before anything is judged
    form = await Form.read(Candidate, request)
    try:
        wish = Wish(**form.data.model_dump())
        referred = await claims.refer(bounty, wish, by=by, traces=device.traces(request))
    except Invalid as refusal:
        return await _show(bounty, by, form.refuse(refusal), status=422)
    except NotAllowed as refusal:
        return await _show(
            bounty, by, form.refuse(Invalid(refusal.message.text, **refusal.message.params)), status=403
        )
    if referred.denied:
        return await _show(bounty, by, form, denied=referred.denied, status=422)
    return see(f"/referrals/{referred.claim}", request)


@post("/referrals/{claim:uuid}/taking-back", include_in_schema=False)
async def take_back(request: AnyRequest, claim: FromPath[UUID]) -> Redirect:
    """End my own claim before the candidate has answered."""
    await claims.take_back(claim, by=guards.alumnus(request))
    return see(
        "/referrals?tab=mine",
        request,
        Message(N_("You have taken the referral back. The contact is deleted.")),
    )


@get("/referrals/{claim:uuid}/receipt.txt", include_in_schema=False)
async def receipt(request: AnyRequest, claim: FromPath[UUID]) -> Response[bytes]:
    """Hand out a receipt, to be kept."""
    held = await claim_queries.held(claim, by=guards.alumnus(request))
    return Response(
        referral_words.receipt_file(held.row).encode(),
        media_type="text/plain; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="receipt-{held.row["number"]}.txt"'},
    )


@get("/referrals/receipts/verify", opt={"public": True}, include_in_schema=False)
async def ask_receipt(request: AnyRequest) -> Response[bytes]:
    """Ask for a receipt to check."""
    del request
    return page("referrals/verify.html", form=Form(Given), found=None, key=receipts.public_key())


@post("/referrals/receipts/verify", opt={"public": True}, include_in_schema=False)
async def verify(request: AnyRequest) -> Response[bytes]:
    """Say what a receipt says, or that it is not ours."""
    form, key = await Form.read(Given, request), receipts.public_key()
    try:
        given = form.data.receipt
    except Invalid as refusal:
        return page("referrals/verify.html", form=form.refuse(refusal), found=None, key=key, status=422)
    try:
        found = receipts.verify(referral_words.signed_line(given))
    except Invalid as refusal:
        forged = refusal.fields.get("receipt", refusal.message)
        refused = form.refuse(refusal)
        return page("referrals/verify.html", form=refused, found=None, forged=forged, key=key, status=422)
    return page("referrals/verify.html", form=form, found=found, key=key)


async def _show(
    bounty: UUID, by: Actor, form: Form[Candidate], *, denied: Verdict | None = None, status: int = 200
) -> Response[bytes]:
    offer = await claim_queries.offer(bounty, by=by)
    return page(
        "referrals/bounty.html",
        offer=offer,
        form=form,
        denied=denied,
        words=referral_words,
        reward=reward_of(offer.row),
        money_of=reward_of,
        status=status,
    )


def reward_of(row: Any) -> Money:
    """Return the whole reward of a bounty's terms."""
    return Money(row["reward_amount"], row["currency"])


HANDLERS = [listed, one, refer, take_back, receipt, ask_receipt, verify]
