"""What can be downloaded of a contract, by both sides and for ever: the terms, delivered files, the evidence."""

from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from marketplace.contracts import documents, evidence_file, queries
from web import contract_sides
from web.downloads import attached
from web.visit import AnyRequest


@get(contract_sides.both("/terms.pdf"), include_in_schema=False)
async def terms(request: AnyRequest, contract: FromPath[UUID]) -> Response[bytes]:
    """Answer with the sealed document."""
    side = contract_sides.of(request, contract)
    document = await documents.read(contract, by=side.by)
    return attached(document.content, "application/pdf", f"terms-{contract}.pdf")


@get(contract_sides.both("/evidence.zip"), include_in_schema=False)
async def evidence(request: AnyRequest, contract: FromPath[UUID]) -> Response[bytes]:
    """Answer with everything that proves the contract, verifiable offline."""
    side = contract_sides.of(request, contract)
    content = await evidence_file.evidence(contract, by=side.by)
    return attached(content, "application/zip", f"evidence-{contract}.zip")


@get(contract_sides.both("/files/{file:uuid}"), include_in_schema=False)
async def delivered_file(
    request: AnyRequest, contract: FromPath[UUID], file: FromPath[UUID]
) -> Response[bytes]:
    """Answer with a delivered file: never shown in our pages, always saved."""
    side = contract_sides.of(request, contract)
    found = await queries.file(contract, file, by=side.by)
    return attached(found["content"], found["media_type"], found["name"])


HANDLERS = [terms, evidence, delivered_file]
