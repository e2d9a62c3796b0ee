"""Seal a document (PAdES B-B) and tell whether a sealed one is still what was sealed.

It is the operator's seal: it proves that the document came from the operator and has not changed. It is not
the signature of either party. pyHanko takes over a second to load, so it loads only here, where it is used.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from marketplace.contracts.document import typeset
from marketplace.contracts.identity import SealIdentity
from marketplace.contracts.phrases import JAPAN
from marketplace.core.errors import N_, Message

Result = TypeVar("Result")

FIELD = "Seal"
CORNER = (388.6, 750.0, 538.6, 790.0)  # points: the empty top right corner that our A4 templates leave
REASON = "取引条件の交付 / Delivery of the terms"


@dataclass(frozen=True, slots=True)
class SealReport:
    """What a check of a seal found; `message` says it in a sentence.

    `intact`: the sealed bytes are unchanged; `whole`: nothing was added after the seal; `trusted`: the
    certificate leads to one of the roots that the caller trusts. `signer` and `sealed_at` are the seal's own
    claims.
    """

    intact: bool
    whole: bool
    trusted: bool
    message: Message
    signer: str | None = None
    sealed_at: datetime | None = None
    certificate_sha256: str | None = None

    @property
    def holds(self) -> bool:
        """Tell whether the document is, in every byte, the one that was sealed."""
        return self.intact and self.whole


def seal(pdf: bytes, identity: SealIdentity, *, sealed_at: datetime, visible: bool = True) -> bytes:
    """Return `pdf` with the operator's seal of `sealed_at`; visible in the top right corner of page 1.

    Takes about 60 ms, and a second more the first time: call it in a job.
    """
    return _without_loop(lambda: _seal(pdf, identity, sealed_at, visible=visible))


def _without_loop(work: Callable[[], Result]) -> Result:
    """Run `work` in a thread of its own: pyHanko starts an event loop, and one may be running here."""
    with ThreadPoolExecutor(max_workers=1) as one:
        return one.submit(work).result()


def _seal(pdf: bytes, identity: SealIdentity, sealed_at: datetime, *, visible: bool) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    place = fields.SigFieldSpec(FIELD, on_page=0, box=CORNER if visible else None)  # type: ignore[arg-type]  # it takes None: nothing to be seen
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=identity.name,
        reason=REASON,
        location="JP",
    )
    signer = signers.SimpleSigner.load_pkcs12_data(identity.store, [], passphrase=identity.passphrase)
    assert signer is not None
    style = _stamp(identity.name, sealed_at) if visible else None
    sealer = _sealer_at(sealed_at)(metadata, signer, stamp_style=style, new_field_spec=place)
    return bytes(sealer.sign_pdf(writer).getvalue())


def _sealer_at(sealed_at: datetime) -> Any:
    """Return a PDF signer whose clock stands at `sealed_at`: the seal's time is business time."""
    from pyhanko.sign import signers

    class Sealer(signers.PdfSigner):
        def init_signing_session(self, *args: Any, **named: Any) -> Any:
            session = super().init_signing_session(*args, **named)
            session.system_time = sealed_at
            return session

    return Sealer


def _stamp(name: str, sealed_at: datetime) -> Any:
    """Return the drawn seal; its font is embedded, as PDF/A asks (the library's own stamp is in Courier)."""
    from pyhanko.pdf_utils.content import PdfContent
    from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.stamp import StaticStampStyle

    data = {"name": name, "sealed_at": f"{sealed_at.astimezone(JAPAN):%Y-%m-%d %H:%M} JST"}
    drawn = typeset("seal.typ", data, timestamp=int(sealed_at.timestamp()))

    class Drawn(PdfContent):
        def render(self) -> bytes:
            page = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(drawn)))
            self.resources.xobject["/Seal"] = page
            left, bottom, right, top = page.get_object()["/BBox"]
            self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
            return b"/Seal Do"

    middle = AxisAlignment.ALIGN_MID
    flush = SimpleBoxLayoutRule(x_align=middle, y_align=middle, margins=Margins(0, 0, 0, 0))
    return StaticStampStyle(background=Drawn(), background_opacity=1, border_width=0, background_layout=flush)


def verify(sealed: bytes, trusted: Sequence[x509.Certificate] = ()) -> SealReport:
    """Check the last seal of `sealed` offline, against roots in `trusted`; never raise."""
    try:
        return _without_loop(lambda: _verify(sealed, trusted))
    except Exception:  # noqa: BLE001 - a broken file can fail anywhere in the parser: not intact
        return _broken(N_("The file cannot be read as a sealed document."))


def _verify(sealed: bytes, trusted: Sequence[x509.Certificate]) -> SealReport:
    from asn1crypto.x509 import Certificate
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    # An unknown root is a finding that the report carries, not a fault to log with a traceback.
    logging.getLogger("pyhanko.sign.validation.generic_cms").setLevel(logging.CRITICAL)
    signatures = PdfFileReader(BytesIO(sealed)).embedded_signatures
    if not signatures:
        return _broken(N_("The document carries no seal."))
    signature = signatures[-1]
    moment = signature.self_reported_timestamp
    roots = [Certificate.load(root.public_bytes(Encoding.DER)) for root in trusted]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=moment)
    status = validate_pdf_signature(signature, context)
    intact = bool(status.intact and status.valid)
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return SealReport(
        intact=intact,
        whole=whole,
        trusted=bool(intact and status.trusted),
        message=_says(intact=intact, whole=whole, trusted=bool(status.trusted)),
        signer=str(signature.signer_cert.subject.native.get("common_name")),
        sealed_at=moment.astimezone(UTC) if moment else None,
        certificate_sha256=hashlib.sha256(signature.signer_cert.dump()).hexdigest(),
    )


def _says(*, intact: bool, whole: bool, trusted: bool) -> Message:
    if not intact:
        return Message(N_("The document was changed after it was sealed."))
    if not whole:
        return Message(N_("Something was added to the document after it was sealed."))
    if not trusted:
        return Message(N_("The document is unchanged; the sealing certificate is not one that you trust."))
    return Message(N_("The document is unchanged since it was sealed."))


def _broken(text: str) -> SealReport:
    return SealReport(intact=False, whole=False, trusted=False, message=Message(text))
