"""Import alumni: choose a file, see what it would do, confirm, watch it happen."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from pydantic import BaseModel, Field

from marketplace.alumni import csv_export, csv_file, csv_import, imports, queries
from marketplace.alumni.columns import LABELS, NAMES, OPTIONAL, REQUIRED
from marketplace.companies.rules import ALUMNI_ROLES
from marketplace.core.actor import Actor
from marketplace.core.errors import N_, Invalid, Message
from web import fields, guards, i18n
from web.forms import Form
from web.pages.company_alumni import as_csv
from web.templating import page, see
from web.uploads import Sent, Upload, clean_name
from web.visit import AnyRequest

MOST_BYTES = csv_file.MOST_BYTES + 100_000
"""The file and what a multipart form puts around it."""

SHOWN = 50


@dataclass(frozen=True)
class CsvFile(fields.Field):
    """A file that the import itself judges: it knows better what is wrong with it."""

    def read(self, raw: Any) -> Upload:
        """Return the file under a safe name."""
        if isinstance(raw, Upload):
            return raw
        if not isinstance(raw, Sent):
            raise fields.wrong(N_("Please choose a file."))
        return Upload(clean_name(raw.name, "csv"), "csv", raw.content)


class Chosen(BaseModel):
    """The file that was chosen."""

    file: Annotated[Upload, CsvFile()] = Field(title=N_("CSV file"))


@get("/c/{slug:str}/alumni/import", include_in_schema=False)
async def choose(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Ask for a file, show what it needs, and list earlier imports."""
    return await _choose(slug, _keeper(request, slug), Form(Chosen))


@get("/c/{slug:str}/alumni/import/sample.csv", include_in_schema=False)
async def sample(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Hand out a file to start from."""
    guards.member(request, slug)
    return as_csv(csv_import.sample(), "alumni-sample.csv")


@post("/c/{slug:str}/alumni/import", include_in_schema=False, request_max_body_size=MOST_BYTES)
async def upload(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Read the file into a preview."""
    by = _keeper(request, slug)
    form = await Form.read(Chosen, request)
    try:
        found = await imports.stage(form.data.file.name, form.data.file.content, by=by)
    except Invalid as refusal:
        return await _choose(slug, by, form.refuse(refusal), status=422)
    return see(f"/c/{slug}/alumni/import/{found}", request)


@get("/c/{slug:str}/alumni/import/{number:uuid}", include_in_schema=False)
async def one(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Response[bytes]:
    """Show a preview, the progress, or what was done."""
    by = _keeper(request, slug)
    found = await queries.one_import(number, by=by)
    rows = {
        verdict: await queries.import_rows(number, verdict, by=by, limit=SHOWN)
        for verdict in ("refuse", "update", "create")
        if found["status"] != "running" and (found["status"] == "preview" or verdict == "refuse")
    }
    if rows.get("update"):
        rows["update"] = await imports.with_changes(rows["update"], by=by)
    for row in rows.get("refuse", []) + rows.get("update", []):
        row["says"] = csv_export.problems(row, i18n.tr)
    return page("alumni/import.html", slug=slug, found=found, rows=rows, labels=LABELS, shown=SHOWN)


@post("/c/{slug:str}/alumni/import/{number:uuid}/confirmation", include_in_schema=False)
async def confirm(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Redirect:
    """Let the preview come true."""
    await imports.confirm(number, by=_keeper(request, slug))
    return see(f"/c/{slug}/alumni/import/{number}", request)


@post("/c/{slug:str}/alumni/import/{number:uuid}/discarding", include_in_schema=False)
async def discard(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Redirect:
    """Throw the preview away."""
    await imports.discard(number, by=_keeper(request, slug))
    return see(
        f"/c/{slug}/alumni/import", request, Message(N_("The file is thrown away; nothing has changed."))
    )


@get("/c/{slug:str}/alumni/import/{number:uuid}/refused.csv", include_in_schema=False)
async def refused(request: AnyRequest, slug: FromPath[str], number: FromPath[UUID]) -> Response[bytes]:
    """Hand out the refused rows with what is wrong, to be corrected and sent again."""
    by = _keeper(request, slug)
    await queries.one_import(number, by=by)
    rows = await queries.import_rows(number, "refuse", by=by, limit=csv_file.MOST_ROWS)
    return as_csv(csv_export.refused(rows, i18n.tr), "refused-rows.csv")


def _keeper(request: AnyRequest, slug: str) -> Actor:
    return guards.member(request, slug, *ALUMNI_ROLES)


async def _choose(slug: str, by: Actor, form: Form[Chosen], status: int = 200) -> Response[bytes]:
    columns = [(LABELS[name], _other_name(name), name in REQUIRED) for name in (*REQUIRED, *OPTIONAL)]
    return page(
        "alumni/choose_file.html",
        slug=slug,
        form=form,
        columns=columns,
        earlier=await queries.imports(by=by),
        status=status,
    )


def _other_name(column: str) -> str:
    """Return the name of a column in the language that the page does not speak."""
    japanese = i18n.locale.get() == "en"
    return next(name for name in NAMES[column] if name.isascii() != japanese)


HANDLERS = [choose, sample, upload, one, confirm, discard, refused]
