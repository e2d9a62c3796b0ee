"""Bring in bounties from a CSV file: each row meets the same policy as the page."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from pydantic import BaseModel, Field

from marketplace.core.errors import N_, Invalid
from marketplace.referrals import bounty_file, bounty_import
from marketplace.referrals.bounty_moving import POSTERS
from web import bounty_words, guards
from web.csv_answer import csv_answer
from web.errors import wants_json
from web.fields import Field as AnyField
from web.fields import wrong
from web.forms import Form
from web.templating import page, see
from web.uploads import Sent, Upload, clean_name
from web.visit import AnyRequest

MOST_BYTES = 2_000_000


class CsvFile(AnyField):
    """A file that the import itself judges: it knows better what is wrong with it."""

    def read(self, raw: Any) -> Upload:
        """Return the file under a safe name."""
        if isinstance(raw, Upload):
            return raw
        if not isinstance(raw, Sent):
            raise wrong(N_("Please choose a file."))
        return Upload(clean_name(raw.name, "csv"), "csv", raw.content)


class Chosen(BaseModel):
    """The file that was chosen."""

    file: Annotated[Upload, CsvFile()] = Field(title=N_("CSV file"))


@get("/c/{slug:str}/bounties/import", include_in_schema=False)
async def choose(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Ask for a file and show what it needs."""
    guards.member(request, slug, *POSTERS)
    return _page(slug, Form(Chosen))


@get("/c/{slug:str}/bounties/import/sample.csv", include_in_schema=False)
async def sample(request: AnyRequest, slug: FromPath[str]) -> Response[bytes]:
    """Hand out a file to start from."""
    guards.member(request, slug, *POSTERS)
    return csv_answer("bounties-sample.csv", list(bounty_file.COLUMNS), [bounty_file.SAMPLE])


@post("/c/{slug:str}/bounties/import", include_in_schema=False, request_max_body_size=MOST_BYTES)
async def bring_in(request: AnyRequest, slug: FromPath[str]) -> Any:
    """Bring the rows in and lead to what became of each."""
    by = guards.member(request, slug, *POSTERS)
    form = await Form.read(Chosen, request)
    try:
        made = await bounty_import.bring_in(form.data.file.content, by=by)
    except Invalid as refusal:
        if wants_json(request):
            raise
        return _page(slug, form.refuse(refusal), status=422)
    return see(f"/c/{slug}/bounties/import/{made}", request)


@get("/c/{slug:str}/bounties/import/{made:uuid}", include_in_schema=False)
async def report(request: AnyRequest, slug: FromPath[str], made: FromPath[UUID]) -> Response[bytes]:
    """Say what became of each row; another file may follow."""
    by = guards.member(request, slug, *POSTERS)
    return _page(slug, Form(Chosen), rows=await bounty_import.report(made, by=by))


def _page(
    slug: str, form: Form[Chosen], *, rows: list[bounty_import.Imported] | None = None, status: int = 200
) -> Response[bytes]:
    return page(
        "bounties/import.html",
        status=status,
        slug=slug,
        form=form,
        rows=rows,
        columns=bounty_file.COLUMNS,
        words=bounty_words,
    )


HANDLERS = [choose, sample, bring_in, report]
