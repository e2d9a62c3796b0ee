"""Packages of documents for an office that asks for them: begin one, watch it, stop it, go on, save it."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.types import ASGIApp

from marketplace.core.clock import day_of
from marketplace.core.errors import N_, Conflict, Invalid, Message
from marketplace.documents import archive, exports
from marketplace.funds.company import ACTS, READS
from web import document_sides, document_words, i18n
from web.csv_answer import csv_answer
from web.forms import Form
from web.pages.documents import Search, asked, query_of
from web.streaming import sent
from web.templating import link, page, see
from web.visit import AnyRequest


@post(document_sides.both("/packages"), include_in_schema=False)
async def start(request: AnyRequest) -> Redirect:
    """Begin a package of all that a search finds."""
    side = document_sides.of(request, *ACTS)
    form = await Form.read(Search, request)
    try:
        made = await exports.start(asked(form), by=side.by)
    except Invalid as refusal:
        return see(link(side.at, **query_of(form)), request, refusal.message)
    return see(f"{side.at}/packages/{made}", request)


@get(document_sides.both("/packages/{package:uuid}"), include_in_schema=False)
async def one(request: AnyRequest, package: FromPath[UUID]) -> Response[bytes]:
    """Show how far a package is, and where it is saved from."""
    side = document_sides.of(request, *READS)
    row = await exports.one(package, by=side.by)
    return page("documents/package.html", side=side, row=row, asked=row["criteria"], words=document_words)


@post(document_sides.both("/packages/{package:uuid}/stop"), include_in_schema=False)
async def stop(request: AnyRequest, package: FromPath[UUID]) -> Redirect:
    """Stop after the batch that is under way."""
    return await _move(
        request,
        package,
        exports.stop,
        Message(N_("Stopped. What was done stays; you can go on at any time.")),
    )


@post(document_sides.both("/packages/{package:uuid}/resumption"), include_in_schema=False)
async def resume(request: AnyRequest, package: FromPath[UUID]) -> Redirect:
    """Go on with a package that was stopped."""
    return await _move(request, package, exports.resume, Message(N_("Under way. You may close this page.")))


async def _move(request: AnyRequest, package: UUID, move: Any, said: Message) -> Redirect:
    side = document_sides.of(request, *ACTS)
    try:
        await move(package, by=side.by)
    except Conflict as refusal:
        said = refusal.message
    return see(f"{side.at}/packages/{package}", request, said)


@get(document_sides.both("/packages/{package:uuid}/documents.zip"), include_in_schema=False)
async def save(request: AnyRequest, package: FromPath[UUID]) -> ASGIApp:
    """Give a finished package as one ZIP with its index, a piece at a time."""
    side = document_sides.of(request, *READS)
    row = await exports.one(package, by=side.by)
    content = await exports.content(package, by=side.by)
    rows = document_words.file_rows(content.rows, content.standing, content.sha256)
    index = csv_answer("index.csv", [i18n.tr(text) for text in document_words.TITLES], rows).content
    chunks = archive.zipped(exports.files(content.rows), index=index, index_on=day_of(row["asked_at"]))
    return sent(chunks, "application/zip", f"enishi-documents-{package}.zip")


HANDLERS = [start, one, stop, resume, save]
