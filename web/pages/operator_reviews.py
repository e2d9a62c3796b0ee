"""Reviews of the referral policy: what waits for a person, and the decision."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, Field

from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import Money
from marketplace.referrals import policy_reviews
from marketplace.referrals.policy import NO_RULE, UNKNOWN_COUNTRY
from marketplace.referrals.policy_rules import RULES
from web import bounty_words, guards
from web.errors import wants_json
from web.fields import Prose
from web.forms import Form
from web.paging import PageNumber, last_page
from web.templating import page, see
from web.visit import AnyRequest


class Decision(BaseModel):
    """What was decided, and why."""

    answer: Literal["allow", "deny"] = Field(title=N_("Decision"))
    note: Annotated[str, Prose(policy_reviews.LONGEST_NOTE)] = Field(title=N_("Reasons, for the company"))


@get("/operator/reviews", include_in_schema=False)
async def listed(request: AnyRequest, page_number: PageNumber = 1) -> Response[bytes]:
    """List what waits for a person, and what was decided last."""
    by = guards.operator(request)
    waiting, found = await policy_reviews.waiting(page_number, by=by)
    return page(
        "operator/reviews.html",
        waiting=waiting,
        found=found,
        now=page_number,
        last=last_page(found, policy_reviews.PAGE),
        decided=await policy_reviews.decided(by=by),
        words=bounty_words,
    )


@get("/operator/reviews/{review:uuid}", include_in_schema=False)
async def one(request: AnyRequest, review: FromPath[UUID]) -> Response[bytes]:
    """Show the facts of a review and the form that decides."""
    return await _show(request, review, Form(Decision))


@post("/operator/reviews/{review:uuid}/decision", include_in_schema=False)
async def decide(request: AnyRequest, review: FromPath[UUID]) -> Any:
    """Decide a review."""
    by = guards.operator(request)
    form = await Form.read(Decision, request)
    try:
        await policy_reviews.settle(review, allow=form.data.answer == "allow", note=form.data.note, by=by)
    except Invalid as refusal:
        if wants_json(request):
            raise
        return await _show(request, review, form.refuse(refusal), status=422)
    return see("/operator/reviews", request, Message(N_("Decided. The company has been told.")))


async def _show(
    request: AnyRequest, review: UUID, form: Form[Decision], status: int = 200
) -> Response[bytes]:
    row = await policy_reviews.one(review, by=guards.operator(request))
    known = {rule.id: rule for rule in (*RULES, UNKNOWN_COUNTRY, NO_RULE)}
    facts = row["facts"]
    return page(
        "operator/review.html",
        status=status,
        row=row,
        facts=facts,
        reward=Money(facts["reward"], facts["currency"]),
        fee=Money(facts["fee"], facts["currency"]),
        rules=[known[name] for name in row["rules"] if name in known and known[name].answer == "review"],
        form=form,
        words=bounty_words,
    )


HANDLERS = [listed, one, decide]
