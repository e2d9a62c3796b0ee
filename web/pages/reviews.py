"""Reviews: written by both sides of a contract, shown to both at once."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, Field

from marketplace.contracts import queries as contracts
from marketplace.contracts import sides
from marketplace.core.errors import N_, Invalid, Message
from marketplace.reviews import actions, queries
from web import contract_sides
from web.fields import Prose, Whole
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest

STARS = (
    (5, N_("Excellent")),
    (4, N_("Good")),
    (3, N_("As expected")),
    (2, N_("Below what was agreed")),
    (1, N_("Poor")),
)


class ReviewForm(BaseModel):
    """One to five stars, and words if one likes."""

    rating: Annotated[int, Whole(1, actions.BEST)] = Field(title=N_("How was it?"))
    words: Annotated[str, Prose(actions.MOST_WORDS)] = Field("", title=N_("In your words"))


@get(contract_sides.both("/review"), include_in_schema=False)
async def review_form(request: AnyRequest, contract: FromPath[UUID]) -> Response[bytes]:
    """Show the form that reviews the other side."""
    return await _show(request, contract, Form(ReviewForm))


@post(contract_sides.both("/review"), include_in_schema=False)
async def write(request: AnyRequest, contract: FromPath[UUID]) -> Any:
    """Review the other side."""
    side = contract_sides.of(request, contract)
    form = await Form.read(ReviewForm, request)
    try:
        await actions.write(contract, form.data.rating, form.data.words, by=side.by)
    except Invalid as refusal:
        return await _show(request, contract, form.refuse(refusal), status=422)
    return see(side.at, request, Message(N_("Thank you. Your review is kept until both have written.")))


async def _show(
    request: AnyRequest, contract: UUID, form: Form[ReviewForm], status: int = 200
) -> Response[bytes]:
    side = contract_sides.of(request, contract)
    if side.name == "company":
        side.by.must_have(*sides.DECIDES)
    sheet = await contracts.sheet(contract, by=side.by)
    found = await queries.of_contract(sheet.row, by=side.by)
    return page(
        "contracts/review.html",
        status=status,
        side=side,
        row=sheet.row,
        reviews=found,
        form=form,
        stars=STARS,
    )


HANDLERS = [review_form, write]
