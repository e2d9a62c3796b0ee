"""My time: a usual week as hours to tick, days unlike it, where I live, one tap that confirms."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.alumni import answers, free_time, queries, week
from marketplace.alumni.zones import HOME, ZONES, offset
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from web import guards
from web.fields import Day, Line
from web.forms import Form
from web.templating import page, see
from web.visit import AnyRequest
from web.words import WEEKDAYS

PRESETS = (
    ("evenings", N_("Weekday evenings 19–22")),
    ("weekends", N_("Weekends 10–18")),
    ("daytime", N_("Weekdays 9–18")),
    ("none", N_("No time now")),
)
KINDS = {"free": (N_("Free"), "ok"), "busy": (N_("Not free"), "warn"), "ask": (N_("Ask me"), "info")}
HALF_HOURS = tuple(time(number // 2, number % 2 * 30) for number in range(48))


class Week(BaseModel):
    """The ticked hours, each as `weekday-hour`, or the name of a ready week."""

    hours: list[Annotated[str, Line(5)]] = Field(default_factory=list, title=N_("Hours"))
    asks: list[Annotated[str, Line(5)]] = Field(default_factory=list, title=N_("Hours to ask me about"))
    preset: Annotated[str, Line(20)] = Field("", title="")


class Exception_(BaseModel):  # noqa: N801 - the word of the domain, not Python's
    """One day unlike its week."""

    on: Annotated[date, Day()] = Field(title=N_("Day"))
    kind: Literal["busy", "free", "ask"] = Field("busy", title=N_("On that day I am"))
    starts_at: Annotated[str, Line(5)] = Field("", title=N_("From"))
    ends_at: Annotated[str, Line(5)] = Field("", title=N_("To"))


class Zone(BaseModel):
    """Where I live, as far as clocks go."""

    time_zone: Annotated[str, Line(64)] = Field(title=N_("Time zone"))


@get("/me/time", include_in_schema=False)
async def my_time(request: AnyRequest) -> Response[bytes]:
    """Show my week and the days unlike it."""
    return await _show(guards.alumnus(request))


@post("/me/time/week", include_in_schema=False)
async def set_week(request: AnyRequest) -> Any:
    """Set my usual week."""
    by = guards.alumnus(request)
    form = await Form.read(Week, request)
    try:
        free, asks = _hours(form.data)
        await free_time.set_week(week.spans(free), week.spans(set(asks) - set(free)), by=by)
    except Invalid as refusal:
        return await _show(by, form.refuse(refusal), status=422)
    return see("/me/time", request, Message(N_("Your week is saved and counts as confirmed today.")))


@post("/me/time/confirmation", include_in_schema=False)
async def confirm(request: AnyRequest) -> Redirect:
    """Say that the week still holds."""
    await free_time.confirm_week(by=guards.alumnus(request))
    return see("/me/time", request, Message(N_("Thank you: your week is confirmed.")))


@post("/me/time/exceptions", include_in_schema=False)
async def add_exception(request: AnyRequest) -> Any:
    """Say that a day is unlike its week."""
    by = guards.alumnus(request)
    form = await Form.read(Exception_, request)
    try:
        given = form.data
        await free_time.add_exception(
            given.on,
            given.kind,
            starts_at=_clock(given.starts_at, "starts_at"),
            ends_at=_clock(given.ends_at, "ends_at"),
            by=by,
        )
    except Invalid as refusal:
        return await _show(by, exception=form.refuse(refusal), status=422)
    return see("/me/time", request, Message(N_("The day is noted.")))


@post("/me/time/exceptions/{exception:uuid}/removal", include_in_schema=False)
async def drop_exception(request: AnyRequest, exception: FromPath[UUID]) -> Redirect:
    """Take such a day back."""
    await free_time.drop_exception(exception, by=guards.alumnus(request))
    return see("/me/time", request, Message(N_("The day is as usual again.")))


@post("/me/time/zone", include_in_schema=False)
async def set_zone(request: AnyRequest) -> Any:
    """Say where I live."""
    by = guards.alumnus(request)
    form = await Form.read(Zone, request)
    try:
        await free_time.set_zone(form.data.time_zone, by=by)
    except Invalid as refusal:
        return await _show(by, zone=form.refuse(refusal), status=422)
    return see("/me/time", request, Message(N_("Your hours are now read in this time zone.")))


Hours = Sequence[tuple[int, int]]


def _hours(given: Week) -> tuple[Hours, Hours]:
    if given.preset in week.PRESETS:
        return sorted(week.PRESETS[given.preset]), []
    return _pairs(given.hours, "hours"), _pairs(given.asks, "asks")


def _pairs(ticked: Sequence[str], field: str) -> Hours:
    try:
        pairs = [(int(day), int(hour)) for day, _, hour in (text.partition("-") for text in ticked)]
        week.spans(pairs)
    except ValueError:
        raise Invalid(fields={field: Message(N_("Please choose one of the offered answers."))}) from None
    return pairs


def _clock(text: str, name: str) -> time:
    try:
        return time.fromisoformat(text) if text else time()
    except ValueError:
        raise Invalid(fields={name: Message(N_("Please choose one of the offered answers."))}) from None


async def _show(
    by: Actor,
    form: Form[Week] | None = None,
    exception: Form[Exception_] | None = None,
    zone: Form[Zone] | None = None,
    status: int = 200,
) -> Response[bytes]:
    mine = await queries.my_profile(by=by)
    form = form or Form(Week)
    free, asks = _ticked(mine, "free"), _ticked(mine, "ask")
    return page(
        "me/time.html",
        mine=mine,
        ticked={"hours": _typed(form, "hours", free), "asks": _typed(form, "asks", asks)},
        count=len(free),
        form=form,
        exception=exception or Form(Exception_),
        zone=zone or Form(Zone, {"time_zone": mine["time_zone"]}),
        zones=zone_choices(mine["now"]),
        home=HOME,
        questions=await answers.mine(by=by),
        weekdays=WEEKDAYS,
        presets=PRESETS,
        half_hours=[(f"{moment:%H:%M}", f"{moment:%H:%M}") for moment in HALF_HOURS],
        kinds=KINDS,
        status=status,
    )


def _ticked(mine: dict[str, Any], kind: str) -> set[tuple[int, int]]:
    return week.hours(
        (span["weekday"], span["starts_at"], span["ends_at"]) for span in mine["week"] if span["kind"] == kind
    )


def _typed(form: Form[Week], name: str, kept: set[tuple[int, int]]) -> set[tuple[str, ...]]:
    if form.typed:
        return {tuple(text.split("-")) for text in form.all(name)}
    return {(str(day), str(hour)) for day, hour in kept}


def zone_choices(now: datetime) -> list[tuple[str, str]]:
    """Return the zones of the world by their distance from UTC now, as choices; Japan comes first."""
    found = sorted((offset(name, now), name) for name in ZONES if name != HOME)
    return [(name, f"{name} ({_from_utc(minutes)})") for minutes, name in [(offset(HOME, now), HOME), *found]]


def _from_utc(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


HANDLERS = [my_time, set_week, confirm, add_exception, drop_exception, set_zone]
