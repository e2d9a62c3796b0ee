"""What a company calls our roles and classes of tax in its accounting package."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from pydantic import BaseModel, Field, create_model

from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from marketplace.funds import journals
from marketplace.funds.company import ACTS
from payouts.exports.journal import Role, TaxClass
from payouts.exports.mapping import BOUNDS, CODE_MOST, UNCONFIRMED, Account, Label, Names, Package
from web import guards, journal_words
from web.fields import Line
from web.forms import Form
from web.templating import link, page, see
from web.visit import AnyRequest

MOST = 60


class Which(BaseModel):
    """Which package's names."""

    package: Package = Field(title=N_("Accounting package"))


@cache
def _model(package: Package) -> type[BaseModel]:
    """Return the form of a package: for each role and class of tax the fields that its format has.

    What is missing or too wide `accounts.check` says, all at once.
    """
    fields: dict[str, Any] = dict(_fields(package))
    return create_model(f"Accounts_{package.value}", __base__=Which, **fields)


def _fields(package: Package) -> Iterator[tuple[str, Any]]:
    bounds, line = BOUNDS[package], Annotated[str, Line(MOST)]
    for role, (title, _why) in journal_words.ROLES.items():
        yield f"{role}_account", (line, Field("", title=title))
        yield f"{role}_sub_account", (line, Field("", title=title))
        yield f"{role}_department", (line, Field("", title=title))
        if bounds.has_codes:
            yield f"{role}_code", (Annotated[str, Line(CODE_MOST, folded=True)], Field("", title=title))
    for kind, title in journal_words.TAX_CLASSES.items():
        yield f"{kind}_label", (line, Field("", title=title))
        if bounds.has_invoices:
            yield f"{kind}_invoice", (line, Field("", title=title))


@get("/c/{slug:str}/journal/accounts", include_in_schema=False)
async def accounts(request: AnyRequest, slug: FromPath[str], package: FromQuery[str] = "") -> Response[bytes]:
    """Show the company's names in a package, its own or our suggestions."""
    by = guards.member(request, slug)
    chosen = journal_words.package_named(package)
    names = await journals.names(chosen, by=by)
    return _page(slug, by, names, Form(_model(chosen), _typed(names)))


def _page(slug: str, by: Actor, names: Names, form: Form[BaseModel], status: int = 200) -> Response[bytes]:
    return page(
        "company/journal_accounts.html",
        status=status,
        slug=slug,
        form=form,
        names=names,
        package=names.package,
        bounds=BOUNDS[names.package],
        acts=bool(by.roles & set(ACTS)),
        words=journal_words,
        unconfirmed=UNCONFIRMED,
    )


@post("/c/{slug:str}/journal/accounts", include_in_schema=False)
async def name(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Keep the company's names for a package."""
    by = guards.member(request, slug, *ACTS)
    chosen = (await Form.read(Which, request)).data.package
    form = await Form.read(_model(chosen), request)
    try:
        await journals.name(_names(chosen, form.data), by=by)
    except Invalid as refusal:
        names = await journals.names(chosen, by=by)
        return _page(slug, by, names, form.refuse(refusal), status=422)
    return _back(slug, chosen, request, Message(N_("The names are kept; the next file has them.")))


@post("/c/{slug:str}/journal/accounts/defaults", include_in_schema=False)
async def forget(request: AnyRequest, slug: FromPath[str]) -> Redirect:
    """Set a package's names back to our suggestions."""
    by = guards.member(request, slug, *ACTS)
    chosen = (await Form.read(Which, request)).data.package
    await journals.forget(chosen, by=by)
    return _back(slug, chosen, request, Message(N_("Our suggestions hold again.")))


def _back(slug: str, package: Package, request: AnyRequest, said: Message) -> Redirect:
    return see(link(f"/c/{slug}/journal/accounts", package=package.value), request, said)


def _typed(names: Names) -> dict[str, str]:
    found = {"package": names.package.value}
    for role, one in names.accounts.items():
        found |= {
            f"{role}_account": one.name,
            f"{role}_sub_account": one.sub_account,
            f"{role}_department": one.department,
            f"{role}_code": one.code,
        }
    for kind, label in names.labels.items():
        found |= {f"{kind}_label": label.text, f"{kind}_invoice": label.invoice}
    return found


def _names(package: Package, given: BaseModel) -> Names:
    text = given.model_dump()
    parts = ("account", "sub_account", "code", "department")
    return Names(
        package,
        {role: Account(*(text.get(f"{role}_{part}", "") for part in parts)) for role in Role},
        {kind: Label(text[f"{kind}_label"], text.get(f"{kind}_invoice", "")) for kind in TaxClass},
    )


HANDLERS = [accounts, name, forget]
