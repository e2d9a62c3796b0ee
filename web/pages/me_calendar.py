"""My calendar: an .ics file in, seen before it counts, or an address that is read again and again; a private feed out."""

from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.alumni import calendar_feed, calendar_file, calendars, subscriptions, zones
from marketplace.alumni.calendars import Layer
from marketplace.alumni.zones import hours
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message, NotFound
from marketplace.core.outgoing import LONGEST_ADDRESS
from web import fields, guards
from web.admission import admit, origin
from web.forms import Form
from web.templating import page, see
from web.uploads import Sent, Upload, clean_name
from web.visit import AnyRequest

MOST_BYTES = calendar_file.MOST_BYTES + 100_000
"""The file and what a multipart form puts around it."""

SHOWN = 20


@dataclass(frozen=True)
class IcsFile(fields.Field):
    """A file that the reader of calendars itself judges: it knows better what is wrong with it."""

    def read(self, raw: Any) -> Upload:
        """Return the file under a safe name."""
        if isinstance(raw, Upload):
            return raw
        if not isinstance(raw, Sent):
            raise fields.wrong(N_("Please choose a file."))
        return Upload(clean_name(raw.name, "ics"), "ics", raw.content)


class Chosen(BaseModel):
    """The file that was chosen."""

    file: Annotated[Upload, IcsFile()] = Field(title=N_("Calendar file (.ics)"))


class Subscribed(BaseModel):
    """The address that was pasted."""

    address: Annotated[str, fields.Line(LONGEST_ADDRESS)] = Field(title=N_("Address of your calendar (iCal)"))


@get("/me/calendar", include_in_schema=False)
async def my_calendar(request: AnyRequest) -> Response[bytes]:
    """Show the imported calendar, a preview that waits, and the feed's address."""
    return await _show(guards.alumnus(request), Form(Chosen))


@post("/me/calendar/file", include_in_schema=False, request_max_body_size=MOST_BYTES)
async def choose(request: AnyRequest) -> Any:
    """Read a file into a preview."""
    by = guards.alumnus(request)
    await admit((calendars.FILES_OF_PERSON, str(by.person)))
    form = await Form.read(Chosen, request)
    try:
        await calendars.preview(form.data.file.name, form.data.file.content, by=by)
    except Invalid as refusal:
        return await _show(by, form.refuse(refusal), status=422)
    return see("/me/calendar", request)


@post("/me/calendar/{layer:uuid}/keeping", include_in_schema=False)
async def keep(request: AnyRequest, layer: FromPath[UUID]) -> Redirect:
    """Let the preview count."""
    await calendars.keep(layer, by=guards.alumnus(request))
    return see("/me/calendar", request, Message(N_("Your calendar counts now.")))


@post("/me/calendar/{layer:uuid}/removal", include_in_schema=False)
async def remove(request: AnyRequest, layer: FromPath[UUID]) -> Redirect:
    """Take an imported calendar, or a preview, out again."""
    await calendars.remove(layer, by=guards.alumnus(request))
    return see("/me/calendar", request, Message(N_("The imported times are removed.")))


@post("/me/calendar/subscription", include_in_schema=False)
async def subscribe(request: AnyRequest) -> Any:
    """Have a calendar fetched from its address from now on."""
    by = guards.alumnus(request)
    await admit((subscriptions.TRIES_OF_PERSON, str(by.person)))
    form = await Form.read(Subscribed, request)
    try:
        await subscriptions.subscribe(form.data.address, by=by)
    except Invalid as refusal:
        return await _show(by, Form(Chosen), pasted=form.refuse(refusal), status=422)
    return see("/me/calendar", request, Message(N_("Your calendar is being read. Look again in a minute.")))


@post("/me/calendar/subscription/reading", include_in_schema=False)
async def fetch_again(request: AnyRequest) -> Redirect:
    """Have the subscribed calendar read now."""
    by = guards.alumnus(request)
    await admit((subscriptions.TRIES_OF_PERSON, str(by.person)))
    await subscriptions.again(by=by)
    return see("/me/calendar", request, Message(N_("Your calendar is being read. Look again in a minute.")))


@post("/me/calendar/subscription/removal", include_in_schema=False)
async def unsubscribe(request: AnyRequest) -> Redirect:
    """End the subscription; its times go with it."""
    await subscriptions.end(by=guards.alumnus(request))
    return see("/me/calendar", request, Message(N_("The subscription has ended; its times are deleted.")))


@post("/me/calendar/feed", include_in_schema=False)
async def renew(request: AnyRequest) -> Redirect:
    """Make the feed's address, or a new one in its place."""
    await calendar_feed.renew(by=guards.alumnus(request))
    return see(
        "/me/calendar", request, Message(N_("This is the address of your feed. An earlier one has ended."))
    )


@post("/me/calendar/feed/removal", include_in_schema=False)
async def revoke(request: AnyRequest) -> Redirect:
    """End the feed's address."""
    await calendar_feed.revoke(by=guards.alumnus(request))
    return see(
        "/me/calendar", request, Message(N_("The feed has ended; its address opens nothing any more."))
    )


@get("/calendar/{name:str}", opt={"public": True}, include_in_schema=False)
async def feed(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Hand out a feed to whoever knows its address: a calendar program signs in nowhere."""
    await admit((calendar_feed.READS_FROM_PLACE, origin(request)))
    token, dot, kind = name.partition(".")
    if not dot or kind != "ics":
        raise NotFound
    return Response(
        await calendar_feed.read(token),
        media_type="text/calendar",
        headers={
            "cache-control": "private, max-age=300",
            "content-disposition": 'inline; filename="enishi.ics"',
            "content-security-policy": "sandbox",
            "x-robots-tag": "noindex",
        },
    )


async def _show(
    by: Actor, form: Form[Chosen], *, pasted: Form[Subscribed] | None = None, status: int = 200
) -> Response[bytes]:
    layers = await calendars.mine(by=by)
    return page(
        "me/calendar.html",
        form=form,
        pasted=pasted or Form(Subscribed),
        subscription=await subscriptions.mine(by=by),
        subscribed=layers.get("subscribed"),
        kept=layers.get("kept"),
        preview=layers.get("preview"),
        address=await calendar_feed.address(by=by),
        shown=SHOWN,
        days_of=_days,
        hours=hours,
        status=status,
    )


def _days(layer: Layer) -> list[tuple[date, time, time]]:
    """Return the busy times as parts of days where the person lived when the file came."""
    zone = layer.row["time_zone"]
    return [part for stretch in layer.busy for part in zones.days_of(*stretch, zone)]


HANDLERS = [my_calendar, choose, keep, remove, subscribe, fetch_again, unsubscribe, renew, revoke, feed]
