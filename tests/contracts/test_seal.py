import asyncio
import subprocess
import sys
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from marketplace.contracts.identity import KEY_STORE, PASSPHRASE, load_identity, make_demo_identity
from marketplace.contracts.seal import seal, verify
from marketplace.core.errors import Unavailable
from tests.contracts.conftest import SEALED_AT


def test_a_fresh_seal_is_intact_whole_and_trusted(sealed, identity):
    report = verify(sealed, identity.certificates()[1:])

    assert (report.intact, report.whole, report.trusted, report.holds) == (True, True, True, True)
    assert (report.signer, report.sealed_at) == ("縁結び株式会社", SEALED_AT)


def test_a_seal_by_an_unknown_authority_is_intact_but_not_trusted(sealed, tmp_path):
    stranger = make_demo_identity(tmp_path, name="縁結び株式会社", made_at=SEALED_AT)

    report = verify(sealed, stranger.certificates()[1:])

    assert (report.intact, report.trusted) == (True, False)


@pytest.mark.parametrize("share", [0.02, 0.2, 0.4, 0.6, 0.8])
def test_one_changed_byte_breaks_the_seal(sealed, identity, share):
    tampered = bytearray(sealed)
    tampered[int(len(sealed) * share)] ^= 1

    assert not verify(bytes(tampered), identity.certificates()[1:]).holds


def test_something_added_after_the_seal_is_noticed(sealed):
    report = verify(sealed + b"\n% and the fee is halved")

    assert not report.whole
    assert not report.holds


@pytest.mark.parametrize("data", [b"", b"not a pdf", b"%PDF-1.7\n", b"%PDF-1.7\n%%EOF"])
def test_whatever_the_bytes_are_the_check_answers(data):
    assert not verify(data).holds


def test_a_document_without_a_seal_says_so(pdf):
    assert verify(pdf).message.text == "The document carries no seal."


def test_sealing_changes_no_byte_of_the_document_and_no_word_of_it(pdf, sealed):
    assert sealed.startswith(pdf)
    assert (
        PdfReader(BytesIO(sealed)).pages[1].extract_text() == PdfReader(BytesIO(pdf)).pages[1].extract_text()
    )


def test_the_visible_seal_brings_its_own_font(sealed):
    [field] = PdfReader(BytesIO(sealed)).pages[0]["/Annots"]
    drawn = field.get_object()["/AP"]["/N"].get_object()["/Resources"]["/XObject"]["/Seal"].get_object()

    fonts = [font.get_object() for font in drawn["/Resources"]["/Font"].values()]

    assert fonts
    assert all("/FontFile3" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts)


def test_an_invisible_seal_holds_as_well(pdf, identity):
    assert verify(seal(pdf, identity, sealed_at=SEALED_AT, visible=False)).holds


async def test_sealing_and_checking_work_inside_a_running_event_loop(pdf, identity):
    assert asyncio.get_running_loop()

    assert verify(seal(pdf, identity, sealed_at=SEALED_AT), identity.certificates()[1:]).trusted


def test_a_seal_is_not_trusted_at_a_time_when_its_certificate_was_not_yet_valid(pdf, identity):
    early = seal(pdf, identity, sealed_at=SEALED_AT - timedelta(days=30))

    assert not verify(early, identity.certificates()[1:]).trusted


def test_the_demo_identity_is_private_and_made_only_once(tmp_path):
    first = make_demo_identity(tmp_path / "keys", name="縁結び株式会社", made_at=SEALED_AT)
    second = make_demo_identity(tmp_path / "keys", name="縁結び株式会社", made_at=SEALED_AT)

    modes = [(tmp_path / "keys" / name).stat().st_mode & 0o777 for name in (KEY_STORE, PASSPHRASE)]

    assert first == second
    assert modes == [0o600, 0o600]
    assert first.passphrase.decode() not in repr(first)


def test_a_missing_key_or_a_wrong_passphrase_is_unavailable(tmp_path):
    make_demo_identity(tmp_path, name="縁結び株式会社", made_at=SEALED_AT)
    (tmp_path / "wrong").write_text("wrong\n")

    with pytest.raises(Unavailable):
        load_identity(tmp_path / KEY_STORE, tmp_path / "wrong")
    with pytest.raises(Unavailable):
        load_identity(tmp_path / "none", tmp_path / PASSPHRASE)


def test_importing_the_contracts_loads_neither_the_sealer_nor_the_typesetter():
    code = (
        "import sys, marketplace.contracts.evidence, marketplace.contracts.document;"
        "sys.exit(any(name.split('.')[0] in {'pyhanko', 'typst'} for name in sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
