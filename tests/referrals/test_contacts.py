"""Two spellings of one contact are one person: mail addresses and phone numbers in their one form."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.errors import Invalid
from marketplace.referrals import contacts

SAME_MAIL = [
    "hanako.yamada@gmail.com",
    "hanakoyamada@gmail.com",
    "Hanako.Yamada@GMAIL.com",
    "h.a.n.a.k.o.yamada@gmail.com",
    "hanako.yamada+jobs@gmail.com",
    "hanakoyamada+a+b@gmail.com",
    "hanako.yamada@googlemail.com",
    "hanakoyamada+x@GoogleMail.com",
    "ｈａｎａｋｏ．ｙａｍａｄａ＠ｇｍａｉｌ．ｃｏｍ",
    "hanako.yamada＠gmail.com",
    " hanako.yamada@gmail.com ",
    "　hanako.yamada@gmail.com　",
    "<hanako.yamada@gmail.com>",
    "mailto:hanako.yamada@gmail.com",
    "MAILTO:hanako.yamada@gmail.com",
    "hanako.yamada@gmail.com.",
    "hanako.yamada@gmail。com",
    '"hanako.yamada"@gmail.com',
    "hanako\u200b.yamada@gmail.com",
    "\ufeffhanako.yamada@gmail.com",
    "hanako\u00ad.yamada@gmail.com",
    "\u202ehanako.yamada@gmail.com",
]
SAME_PHONE = [
    "090-1234-5678",
    "09012345678",
    "090 1234 5678",
    "090.1234.5678",
    "(090)1234-5678",
    "(090) 1234 5678",
    "０９０－１２３４－５６７８",
    "０９０ー１２３４ー５６７８",
    "090‐1234‐5678",
    "090–1234–5678",
    "090−1234−5678",
    "+819012345678",
    "+81 90-1234-5678",
    "+81 (0)90-1234-5678",
    "＋８１ ９０ １２３４ ５６７８",
    "tel:+81-90-1234-5678",
    "TEL:090-1234-5678",
    "010 81 90 1234 5678",
    "0081 90 1234 5678",
    "00819012345678",
    "090-1234-5678 ext. 9",
    "\u200e090-1234-5678",
]
OTHERS = [
    ("hanako.yamada@example.jp", "hanakoyamada@example.jp"),  # dots mean something nearly everywhere
    ("hanako@gmail.com", "hanako@gmail.co.jp"),
    ("hanako@例え.jp", "hanako@例え.com"),
    ("090-1234-5678", "080-1234-5678"),
    ("+1 212 555 0123", "+81 90 1234 5678"),
    ("hanako@example.jp", "hanako@sub.example.jp"),
]
NOTHING = [
    "", "@", "hanako", "hanako@", "@example.jp", "hanako@example", "a b@example.jp", "...@gmail.com", "+x@gmail.com",
    "a@b@", "a@-..jp", "x" * 300 + "@example.jp", "123", "090-1234", "+999 123 456 789", "0" * 50, "<script>@x",
    "hanako@exa mple.jp", "'; drop table claim; --", "\x00", "🙂",
]  # fmt: skip


@pytest.mark.parametrize("written", SAME_MAIL)
def test_every_spelling_of_a_mail_address_is_one_contact(written):
    assert contacts.find(written) == contacts.Contact("mail", "hanakoyamada@gmail.com")


@pytest.mark.parametrize("written", SAME_PHONE)
def test_every_spelling_of_a_phone_number_is_one_contact(written):
    assert contacts.find(written) == contacts.Contact("phone", "+819012345678")


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_two_contacts_stay_two(one, other):
    first, second = contacts.read(one), contacts.read(other)

    assert first.digest != second.digest


@pytest.mark.parametrize("written", NOTHING)
def test_what_is_no_contact_is_refused_by_name(written):
    with pytest.raises(Invalid) as refusal:
        contacts.read(written)

    assert list(refusal.value.fields) == ["contact"]


@pytest.mark.parametrize(
    ("written", "ascii_form"),
    [
        ("hanako@例え.jp", "hanako@xn--r8jz45g.jp"),
        ("HANAKO@BÜCHER.example", "hanako@xn--bcher-kva.example"),
        ("hanako@xn--r8jz45g.jp", "hanako@xn--r8jz45g.jp"),
        ("a@protonmail.com", "a@proton.me"),
    ],
)
def test_a_domain_has_one_form(written, ascii_form):
    assert contacts.mail(written) == ascii_form


def test_a_number_is_read_in_the_candidates_country():
    assert contacts.phone("(212) 555-0123", "US") == "+12125550123"
    assert contacts.phone("020 7946 0958", "GB") == "+442079460958"
    assert contacts.phone("090-1234-5678", "ZZ") is None


def test_a_hash_says_nothing_without_the_key(monkeypatch):
    contact = contacts.read("hanako@example.jp")
    before = contact.digest
    monkeypatch.setattr(contacts, "_key", lambda: b"another key")

    assert contact.digest != before
    assert len(before) == 32


@given(st.text(max_size=40) | st.emails() | st.from_regex(r"\+?[0-9０-９ ()ー-]{5,20}", fullmatch=True))
def test_the_one_form_is_its_own_form(text):
    found = contacts.find(text)

    if found is not None:
        assert contacts.find(found.text) == found
        assert found.text.isascii() or found.kind == "mail"


@given(st.emails())
def test_width_and_case_and_a_tag_do_not_make_another_person(address):
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in address)
    local, _, domain = address.rpartition("@")

    plain = contacts.mail(address)

    if plain is not None:
        assert contacts.mail(unicodedata.normalize("NFC", wide)) == plain
        assert contacts.mail(address.upper()) == plain
        assert len(local) > 55 or contacts.mail(f"{local}+tag@{domain}") == plain
