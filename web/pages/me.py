"""My page: what is said about me at a glance, conditions, name and language."""

from typing import Annotated, Any, Literal

from litestar import Response, get, post
from pydantic import BaseModel, Field

from marketplace.alumni import profile, queries, week
from marketplace.alumni.prefectures import PREFECTURES
from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import Money, yen
from matching.vocabulary import LANGUAGE_NAMES
from web import guards, i18n
from web.fields import Line, Whole, Yen
from web.forms import Form
from web.pages.company_alumni import words
from web.templating import page, see
from web.visit import AnyRequest


class Conditions(BaseModel):
    """On what conditions I work."""

    headline: Annotated[str, Line(200)] = Field("", title=N_("In one line"))
    languages: list[Annotated[str, Line(2)]] = Field(default_factory=list, title=N_("Languages I work in"))
    prefecture: Annotated[int, Whole(1, 47)] | None = Field(None, title=N_("Where I live"))
    remote_ok: bool = Field(default=False, title=N_("I can work remotely"))
    rate_basis: Literal["task", "hour"] = Field("task", title=N_("I think of my rate"))
    wish: Annotated[Money, Yen(0)] = Field(yen(0), title=N_("Hoped-for rate"))
    floor: Annotated[Money, Yen(0)] = Field(yen(0), title=N_("Not below"))
    most_at_once: Annotated[int, Whole(0, 20)] = Field(0, title=N_("Tasks at the same time, at most"))


class Account(BaseModel):
    """What I am called, the language of mails, and whether the weekly one comes."""

    name: Annotated[str, Line(100)] = Field(title=N_("Name"))
    locale: Literal["ja", "en"] = Field("ja", title=N_("Language of pages and mails"))
    digest: bool = Field(default=False, title=N_("Once a week, mail me the new tasks that fit"))


@get("/me", include_in_schema=False)
async def me(request: AnyRequest) -> Response[bytes]:
    """Show everything about me at a glance."""
    by = guards.alumnus(request)
    mine = await queries.my_profile(by=by)
    hours = len(
        week.hours(
            (span["weekday"], span["starts_at"], span["ends_at"])
            for span in mine["week"]
            if span["kind"] == "free"
        )
    )
    return page(
        "me/me.html", mine=mine, networks=await queries.my_networks(by=by), hours=hours, yen=yen, **words()
    )


@get("/me/conditions", include_in_schema=False)
async def conditions_page(request: AnyRequest) -> Response[bytes]:
    """Show my conditions to be changed."""
    mine = await queries.my_profile(by=guards.alumnus(request))
    values = {name: mine[name] for name in Conditions.model_fields if name in mine}
    values |= {"wish": yen(mine["rate_wish_amount"]), "floor": yen(mine["rate_floor_amount"])}
    return _show(Form(Conditions, values))


@post("/me/conditions", include_in_schema=False)
async def set_conditions(request: AnyRequest) -> Any:
    """Change my conditions."""
    by = guards.alumnus(request)
    form = await Form.read(Conditions, request)
    try:
        await profile.set_conditions(profile.Conditions(**dict(form.data)), by=by)
    except Invalid as refusal:
        return _show(form.refuse(refusal), status=422)
    return see("/me", request, Message(N_("Your conditions are saved.")))


@get("/me/account", include_in_schema=False)
async def account_page(request: AnyRequest) -> Response[bytes]:
    """Show my name and language to be changed."""
    info = guards.person(request)
    mine = await queries.my_profile(by=info.as_alumnus())
    values = {"name": info.name, "locale": info.locale, "digest": mine["digest"]}
    return page("me/account.html", form=Form(Account, values), email=info.email)


@post("/me/account", include_in_schema=False)
async def change_account(request: AnyRequest) -> Any:
    """Change my name and language; the page speaks it at once, also where this browser had chosen another."""
    info = guards.person(request)
    form = await Form.read(Account, request)
    try:
        await profile.introduce(form.data.name, form.data.locale, by=info.as_alumnus())
        await profile.choose_digest(wanted=form.data.digest, by=info.as_alumnus())
    except Invalid as refusal:
        return page("me/account.html", form=form.refuse(refusal), email=info.email, status=422)
    response = see("/me", request, Message(N_("Your name and language are saved.")))
    response.delete_cookie("lang")
    return response


def _show(form: Form[Conditions], status: int = 200) -> Response[bytes]:
    lang = i18n.locale.get()
    return page(
        "me/conditions.html",
        form=form,
        languages=[(code, names[lang]) for code, names in LANGUAGE_NAMES.items()],
        prefectures=[(code, names[lang]) for code, names in PREFECTURES.items()],
        status=status,
    )


HANDLERS = [me, conditions_page, set_conditions, account_page, change_account]
