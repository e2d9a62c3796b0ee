import json
import zipfile
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from marketplace.contracts.evidence import build_evidence, verify_evidence
from marketplace.contracts.identity import make_demo_identity
from marketplace.contracts.terms import canonical_json
from tests.contracts.conftest import SEALED_AT
from tests.contracts.sample import terms
from web.cli import main

DELIVERIES = [{"channel": "mail", "sent_at": "2026-11-20T05:33:00Z", "opened_at": None}]
EVENTS = [{"at": "2026-11-20T05:32:10Z", "what": "concluded", "by": "髙橋 美咲"}]


@pytest.fixture(scope="module")
def evidence(sealed, identity):
    return build_evidence(terms(), sealed, deliveries=DELIVERIES, events=EVENTS, identity=identity)


def repack(evidence: bytes, **changes: bytes | None) -> bytes:
    """Return the evidence with files replaced (None: left out), named with _ for the dot."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(evidence)) as old, zipfile.ZipFile(buffer, "w") as new:
        contents = {name: old.read(name) for name in old.namelist()}
        contents |= {name.replace("_", "."): data for name, data in changes.items()}
        for name, data in contents.items():
            if data is not None:
                new.writestr(name, data)
    return buffer.getvalue()


def problems(evidence: bytes) -> set[str]:
    return {str(problem) for problem in verify_evidence(evidence).problems}


def test_fresh_evidence_holds_and_gives_back_the_terms(evidence, identity):
    report = verify_evidence(evidence, identity.certificates()[1:])

    assert report.holds
    assert report.terms == terms()
    assert report.seal is not None
    assert report.seal.trusted


def test_the_same_contract_gives_the_same_evidence(evidence, sealed, identity):
    assert (
        build_evidence(terms(), sealed, deliveries=DELIVERIES, events=EVENTS, identity=identity) == evidence
    )


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"events_json": b"[]"}, "A file was changed: events.json."),
        ({"deliveries_json": b"[]"}, "A file was changed: deliveries.json."),
        ({"README_txt": b"trust me"}, "A file was changed: README.txt."),
        ({"events_json": None}, "A file is missing: events.json."),
        ({"contract_pdf": None}, "A file is missing: contract.pdf."),
        ({"manifest_sig": None}, "A file is missing: manifest.sig."),
        ({"extra_txt": b"x"}, "A file does not belong here: extra.txt."),
        ({"terms_json": canonical_json(terms()) + b" "}, "The terms are not in their canonical form."),
        ({"terms_json": canonical_json(terms(seat=2))}, "The document does not carry these terms."),
        ({"terms_json": canonical_json(terms(contract="C-2"))}, "The terms belong to another contract."),
        ({"manifest_sig": b"0"}, "The signature over the list of files does not hold."),
        ({"manifest_json": b"[]"}, "The list of files or the terms cannot be read."),
        ({"terms_json": b"{}"}, "The list of files or the terms cannot be read."),
    ],
)
def test_each_tampering_is_named(evidence, changes, problem):
    assert problem in problems(repack(evidence, **changes))


def test_a_manifest_written_anew_for_changed_events_fails_by_its_signature(evidence):
    import hashlib

    with zipfile.ZipFile(BytesIO(evidence)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["sha256"]["events.json"] = hashlib.sha256(b"[]").hexdigest()

    forged = repack(evidence, events_json=b"[]", manifest_json=json.dumps(manifest).encode())

    assert problems(forged) == {"The signature over the list of files does not hold."}


def test_records_signed_by_somebody_else_than_the_document_are_refused(sealed, tmp_path):
    stranger = make_demo_identity(tmp_path, name="縁結び株式会社", made_at=SEALED_AT)

    mixed = build_evidence(terms(), sealed, deliveries=[], events=[], identity=stranger)

    assert problems(mixed) == {"The list of files and the document were sealed by different certificates."}


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip"])
def test_whatever_the_bytes_are_the_check_answers(data):
    assert not verify_evidence(data).holds


def test_anybody_checks_the_evidence_with_one_command(evidence, identity, tmp_path, capsys):
    saved, root, other = tmp_path / "evidence.zip", tmp_path / "root.pem", tmp_path / "other.pem"
    saved.write_bytes(evidence)
    root.write_bytes(identity.certificates()[1].public_bytes(Encoding.PEM))
    stranger = make_demo_identity(tmp_path, name="Somebody else", made_at=SEALED_AT)
    other.write_bytes(stranger.certificates()[1].public_bytes(Encoding.PEM))

    alone = main(["evidence", str(saved)])
    trusted = main(["evidence", str(saved), "--root", str(root)])
    said = capsys.readouterr().out
    strange = main(["evidence", str(saved), "--root", str(other)])
    saved.write_bytes(repack(evidence, events_json=b"[]"))
    changed = main(["evidence", str(saved)])
    missing = main(["evidence", str(tmp_path / "nothing.zip")])

    assert (alone, trusted, strange, changed, missing) == (0, 0, 1, 1, 1)
    assert terms().contract in said
    assert "A file was changed: events.json." in capsys.readouterr().out
