"""Every component on one page, in the reader's language: the place to look before making a new one."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from litestar import Response, get, post
from pydantic import BaseModel, Field

from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.formats import JST
from marketplace.core.money import Money, yen
from web.fields import Day, Line, Moment, Prose, Whole, Yen
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest

TODAY = date(2026, 11, 24)
REPLY_BY = datetime(2026, 11, 26, 18, tzinfo=JST)


class Place(StrEnum):
    """Where the work is done."""

    REMOTE = "remote"
    OFFICE = "office"


class Sample(BaseModel):
    """A form with one field of each sort."""

    title: Annotated[str, Line(80)] = Field(title=N_("Title"))
    what: Annotated[str, Prose(2000)] = Field(title=N_("Work and what is handed in"))
    price: Annotated[Money, Yen()] = Field(title=N_("Fee for one seat (before tax)"))
    hours: Annotated[int, Whole(1, 160)] | None = Field(None, title=N_("Expected hours"))
    due_on: Annotated[date, Day()] = Field(title=N_("Delivery date"))
    answer_by: Annotated[datetime, Moment()] | None = Field(None, title=N_("Answer by"))
    unit: Annotated[str, Line(40)] = Field(title=N_("Unit"))
    place: Place = Field(Place.REMOTE, title=N_("Place of work"))
    skills: list[Annotated[str, Line(40)]] = Field(default_factory=list, title=N_("Skills needed"))
    remind: bool = Field(default=False, title=N_("Remind me the day before"))


PAID = [
    (N_("Jun"), 89_811), (N_("Jul"), 49_895), (N_("Aug"), 163_410),
    (N_("Sep"), 239_496), (N_("Oct"), 150_280), (N_("Nov"), 119_748),
]  # fmt: skip

FUNNEL = [(N_("Suitable"), 12), (N_("Invited"), 4), (N_("Applied"), 2), (N_("Contract"), 1)]

BALANCE = (14_203, 14_180, 14_610, 15_020, 14_900, 15_480, 16_120, 16_890, 17_310, 17_986)


def _show(form: Form[Sample], status: int = 200) -> Response[bytes]:
    return page(
        "styleguide.html",
        status=status,
        form=form,
        yen=yen,
        message=Message,
        today=TODAY,
        reply_by=REPLY_BY,
        paid=PAID,
        funnel=FUNNEL,
        balance=BALANCE,
        total=sum(amount for _name, amount in PAID),
    )


@get("/styleguide", opt={"public": True}, include_in_schema=False)
async def styleguide(request: AnyRequest) -> Response[bytes]:
    """Show every component; `?form=wrong` shows the form as it looks when it fails."""
    if request.query_params.get("form") == "wrong":
        typed = {
            "title": ["あ" * 90],
            "price": ["5万円"],
            "due_on": ["2026-02-30"],
            "what": ["採用サイトの改修"],
        }
        return _show(Form.of(Sample, typed), 422)
    return _show(
        Form(
            Sample,
            {
                "title": "採用サイトのトップページ デザイン改修",
                "what": "トップページ1点と共通部品。Figma で納品。",
                "price": yen(50_000),
                "due_on": date(2026, 12, 11),
                "answer_by": REPLY_BY,
                "unit": "brand",
                "place": Place.REMOTE,
                "skills": ["figma", "ui"],
                "remind": True,
            },
        )
    )


@post("/styleguide", opt={"public": True}, include_in_schema=False)
async def try_form(request: AnyRequest) -> Any:
    """Read the sample form: show what is wrong, or say what was read."""
    form = await Form.read(Sample, request)
    try:
        read = form.data
    except Invalid as refusal:
        return _show(form.refuse(refusal), 422)
    return see(
        "/styleguide",
        request,
        Message(N_("Read: %(title)s for %(price)s"), {"title": read.title, "price": read.price}),
    )


HANDLERS = [styleguide, try_form]
