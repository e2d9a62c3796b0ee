"""A receipt proves what was claimed and when; a changed or forged one proves nothing."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.errors import Invalid
from marketplace.referrals import receipts

RECEIPT = receipts.Receipt(
    claim=UUID(int=1), number=7, bounty=UUID(int=2), version=3, referrer=UUID(int=4), contact="ab" * 12,
    at=datetime(2026, 11, 24, 8, 12, tzinfo=UTC),
)  # fmt: skip


def test_a_receipt_reads_as_it_was_signed_also_when_its_lines_were_broken():
    line = receipts.sign(RECEIPT)

    assert receipts.verify(line) == RECEIPT
    assert receipts.verify(f" {line[:40]}\n{line[40:]}\r\n") == RECEIPT


@given(st.integers(min_value=0), st.characters(codec="ascii"))
def test_a_receipt_with_one_sign_changed_is_refused(place, sign):
    line = receipts.sign(RECEIPT)
    place %= len(line) - 3  # the last signs of base64 may carry bits that mean nothing
    changed = line[:place] + sign + line[place + 1 :]

    if "".join(changed.split()) == line:
        return
    with pytest.raises(Invalid):
        receipts.verify(changed)


@pytest.mark.parametrize(
    "text", ["", ".", "..", "ENISHI-RECEIPT-1.e30.AAAA", "林.林.林", "x" * 5000, "\x00", "a.b.c=="]
)
def test_what_is_no_receipt_is_refused(text):
    with pytest.raises(Invalid) as refusal:
        receipts.verify(text)

    assert list(refusal.value.fields) == ["receipt"]


def test_a_receipt_signed_with_another_key_is_refused():
    body = receipts.sign(RECEIPT).rpartition(".")[0]
    forged = base64.urlsafe_b64encode(Ed25519PrivateKey.generate().sign(body.encode())).rstrip(b"=").decode()

    with pytest.raises(Invalid):
        receipts.verify(f"{body}.{forged}")


def test_anybody_can_check_a_receipt_with_the_public_key_alone():
    body, _, signature = receipts.sign(RECEIPT).rpartition(".")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(receipts.public_key()))

    key.verify(base64.urlsafe_b64decode(signature + "=="), body.encode())
