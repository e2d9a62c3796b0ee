"""The evidence of one contract: one ZIP that anybody can verify offline, years later.

It holds the canonical terms, the sealed document, the proofs of delivery and the event log, a manifest with
the SHA-256 of each file, and the operator's signature over the manifest. The same input gives the same bytes.
"""

import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from marketplace.contracts.identity import SealIdentity
from marketplace.contracts.seal import SealReport, verify
from marketplace.contracts.terms import Terms, canonical_json
from marketplace.core.errors import N_, Message

TERMS, DOCUMENT, DELIVERIES, EVENTS = "terms.json", "contract.pdf", "deliveries.json", "events.json"
CERTIFICATES, README, MANIFEST, SIGNATURE = "certificates.pem", "README.txt", "manifest.json", "manifest.sig"
COVERED = (TERMS, DOCUMENT, DELIVERIES, EVENTS, CERTIFICATES, README)
LARGEST = 200 * 1024 * 1024  # bytes, unpacked
FIRST_ZIP_YEAR = 1980

GUIDE = """\
この契約の証拠一式 / The evidence of one contract

terms.json        取引条件(正本データ) / the canonical terms
contract.pdf      電子シール付きの契約書 / the sealed document
deliveries.json   交付・納品の記録 / proofs of delivery
events.json       経過の記録 / the event log
certificates.pem  シールの証明書 / the certificates of the seal
manifest.json     各ファイルの SHA-256 / SHA-256 of each file
manifest.sig      manifest.json への署名 (ECDSA P-256, SHA-256, DER) / the operator's signature over it

確かめ方 / How to verify, offline:

1. sha256sum terms.json contract.pdf deliveries.json events.json
   manifest.json の値と比べます。 Compare with manifest.json.
2. openssl x509 -in certificates.pem -pubkey -noout > key.pem
   openssl dgst -sha256 -verify key.pem -signature manifest.sig manifest.json
3. contract.pdf の末尾の指紋は terms.json の SHA-256 です。
   The fingerprint at the foot of contract.pdf is the SHA-256 of terms.json.
4. 証明書は、運営が公開しているものと比べてください。
   Compare the certificate with the one that the operator publishes.
"""


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """What a check of an evidence file found; empty `problems` means that every byte is accounted for."""

    problems: tuple[Message, ...]
    seal: SealReport | None = None
    terms: Terms | None = None

    @property
    def holds(self) -> bool:
        """Tell whether everything in the file fits together and is unchanged."""
        return not self.problems


def build_evidence(
    terms: Terms,
    sealed_pdf: bytes,
    *,
    deliveries: Sequence[Mapping[str, Any]],
    events: Sequence[Mapping[str, Any]],
    identity: SealIdentity,
) -> bytes:
    """Return the evidence ZIP of one contract; records are JSON-ready mappings in the order to be kept."""
    contents = {
        TERMS: canonical_json(terms),
        DOCUMENT: sealed_pdf,
        DELIVERIES: _json(list(deliveries)),
        EVENTS: _json(list(events)),
        CERTIFICATES: identity.pem(),
        README: GUIDE.encode(),
    }
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    manifest = _json({"schema_version": 1, "contract": terms.contract, "sha256": digests})
    signed = {**contents, MANIFEST: manifest, SIGNATURE: identity.sign(manifest)}
    return _pack(signed, terms.concluded_at)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False).encode() + b"\n"


def _pack(contents: Mapping[str, bytes], at: datetime) -> bytes:
    """Store files uncompressed with one fixed time, so that no library version changes a byte."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(
                name, (max(at.year, FIRST_ZIP_YEAR), at.month, at.day, at.hour, at.minute, 0)
            )
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, contents[name])
    return buffer.getvalue()


def verify_evidence(data: bytes, trusted: Sequence[x509.Certificate] = ()) -> EvidenceReport:
    """Check an evidence ZIP offline, its seal against the roots in `trusted`; never raise, whatever comes."""
    contents = _unpack(data)
    if contents is None:
        return _broken(N_("The file cannot be read as evidence of a contract."))
    try:
        manifest = json.loads(contents[MANIFEST])
        digests, contract = dict(manifest["sha256"]), manifest["contract"]
        terms = Terms.model_validate_json(contents[TERMS])
    except (KeyError, TypeError, ValueError, RecursionError):
        return _broken(N_("The list of files or the terms cannot be read."))
    report = verify(contents.get(DOCUMENT, b""), trusted)
    problems = [
        *_files(contents, digests),
        *_fits(terms, contract, contents),
        *([] if report.holds else [report.message]),
        *_signature(contents, report),
    ]
    return EvidenceReport(tuple(problems), report, terms)


def _unpack(data: bytes) -> dict[str, bytes] | None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names) or sum(entry.file_size for entry in entries) > LARGEST:
                return None
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return None


def _files(contents: Mapping[str, bytes], digests: Mapping[str, Any]) -> list[Message]:
    expected = {*COVERED, MANIFEST, SIGNATURE}
    problems = [
        Message(N_("A file is missing: %(file)s."), {"file": name})
        for name in sorted(expected - set(contents))
    ]
    problems += [
        Message(N_("A file does not belong here: %(file)s."), {"file": name})
        for name in sorted(set(contents) - expected)
    ]
    problems += [
        Message(N_("A file was changed: %(file)s."), {"file": name})
        for name in COVERED
        if name in contents and hashlib.sha256(contents[name]).hexdigest() != digests.get(name)
    ]
    return problems


def _fits(terms: Terms, contract: object, contents: Mapping[str, bytes]) -> list[Message]:
    problems = []
    if canonical_json(terms) != contents[TERMS]:
        problems.append(Message(N_("The terms are not in their canonical form.")))
    if terms.contract != contract:
        problems.append(Message(N_("The terms belong to another contract.")))
    if attached_terms(contents.get(DOCUMENT, b"")) != contents[TERMS]:
        problems.append(Message(N_("The document does not carry these terms.")))
    return problems


def attached_terms(pdf: bytes) -> bytes | None:
    """Return the canonical terms that travel inside a contract document, or None when there are none."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        names = PdfFileReader(BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
        specs = {str(names[place]): names[place + 1] for place in range(0, len(names), 2)}
        return bytes(specs[TERMS]["/EF"]["/F"].data)
    except Exception:  # noqa: BLE001 - a broken file can fail anywhere in the parser: none
        return None


def _signature(contents: Mapping[str, bytes], report: SealReport) -> list[Message]:
    """Check the signature over the manifest with the certificate that also made the seal of the document."""
    wrong = [Message(N_("The signature over the list of files does not hold."))]
    try:
        certificate = x509.load_pem_x509_certificates(contents[CERTIFICATES])[0]
        key = certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return wrong
        key.verify(contents[SIGNATURE], contents[MANIFEST], ec.ECDSA(hashes.SHA256()))
    except (KeyError, IndexError, ValueError, InvalidSignature):
        return wrong
    if report.certificate_sha256 != certificate.fingerprint(hashes.SHA256()).hex():
        return [Message(N_("The list of files and the document were sealed by different certificates."))]
    return []


def _broken(text: str) -> EvidenceReport:
    return EvidenceReport((Message(text),))
