from io import BytesIO
from unicodedata import east_asian_width

import pytest
from pylopdf_fonts_jp import sans_path
from pypdf import PdfReader

from marketplace.contracts.document import contract_pdf
from marketplace.contracts.terms import canonical_json, sha256
from marketplace.core.glyphs import drawable, printable
from tests.contracts.sample import terms

RIGHT, BOTTOM = 595.3 - 45, 24.0  # points: the margin is 56.7, and a full stop at its edge is half as wide
ENGLISH = 7.6  # points: the English beside the Japanese is no larger, and narrower than half-widths


def reach(pdf: bytes) -> tuple[float, float]:
    """Return about how far right, and exactly how far down, text goes on any page, in points."""
    right, bottom = [0.0], [800.0]

    def visit(words, place, _matrix, _font, size):
        if shown := words.replace("\u200b", "").strip():
            half_widths = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in shown)
            right.append(place[4] + (half_widths * size / 2 if size > ENGLISH else 0))
            bottom.append(place[5])

    for page in PdfReader(BytesIO(pdf)).pages:
        page.extract_text(visitor_text=visit)
    return max(right), min(bottom)


def read(pdf: bytes) -> str:
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return "".join(text.split()).replace("\u200b", "")


def test_the_same_snapshot_prints_the_same_bytes(pdf):
    assert contract_pdf(terms()) == pdf


def test_another_snapshot_prints_other_bytes(pdf):
    assert contract_pdf(terms(seat=2)) != pdf


def test_the_document_says_every_item_of_the_law(pdf):
    text = read(pdf)

    for words in (
        "株式会社あおば製作所",
        "髙橋美咲",
        "2026年11月20日(金)",
        "採用サイトのトップページ1点と共通部品のデザイン。",
        "トップページ1点、共通部品12点",
        "Figmaデータで納品。",
        "著作権は受領日に発注者へ移転する。",
        "権利の対価は報酬に含む。",
        "2026年12月11日(金)",
        "オンライン",
        "2026年12月18日(金)",
        "¥50,000",
        "¥5,000",
        "−¥5,105",
        "¥49,895",
        "消費税等(10%)",
        "2027年1月29日(金)",
        "12月末日締め、1月末日払い。",
        "StripeConnect",
        "運営が負担します。",
        "¥30,000",
        "60%",
        "T7123456789012",
        "Friday,29January2027",
        "手直しは2回までです。",
    ):
        assert words in text


def test_the_fingerprint_of_the_terms_stands_at_the_foot_of_every_page(pdf):
    pages = PdfReader(BytesIO(pdf)).pages

    assert len(pages) > 1
    assert all(
        sha256(terms()) in "".join(page.extract_text().split()).replace("\u200b", "") for page in pages
    )


def test_the_canonical_terms_travel_inside_the_document(pdf):
    assert PdfReader(BytesIO(pdf)).attachments["terms.json"] == [canonical_json(terms())]


def test_every_font_is_embedded_and_the_only_time_is_the_time_of_conclusion(pdf):
    reader = PdfReader(BytesIO(pdf))

    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    families = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]

    assert {str(family["/FontName"]).split("+")[1].split("-")[0] for family in families} == {
        "NotoSansJP",
        "NotoSerifJP",
    }
    assert all("/FontFile3" in family for family in families)
    assert reader.metadata is not None
    assert reader.metadata.creation_date.timestamp() == terms().concluded_at.timestamp()


def test_the_document_is_archivable_and_accessible(pdf):
    metadata = PdfReader(BytesIO(pdf)).root_object["/Metadata"].get_data().decode()

    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata


def test_optional_items_are_printed_when_they_were_agreed():
    agreed = terms(
        schedule={"starts_at": "2026-12-01T10:00+09:00", "ends_at": "2026-12-01T12:00+09:00"},
        redelegation={"prime_client": "元請株式会社", "prime_work": "全面改修", "prime_due_on": "2027-01-10"},
        open_items=[{"item": "写真の点数", "reason": "撮影日が未定", "fixed_on": "2026-12-05"}],
        base_contract={"title": "業務委託基本契約書", "reference": "B-12", "ends_on": "2027-03-31"},
        fee__formula="1文字2円",
        fee__withholding="not_withheld",
        fee__withheld_estimate={"amount": 0},
        fee__net_estimate={"amount": 55_000},
    )

    text = read(contract_pdf(agreed))

    for words in (
        "2026年12月1日(火)10:00から12:00まで",
        "元委託者:元請株式会社",
        "2027年1月10日(日)",
        "写真の点数",
        "撮影日が未定",
        "業務委託基本契約書(B-12)",
        "1文字2円",
        "源泉徴収なし",
        "¥55,000",
    ):
        assert words in text


@pytest.mark.parametrize(
    "text",
    [
        "採用サイトの改修。" * 1_111,
        "a" * 10_000,
        "https://example.com/" + "%20" * 3_000,
        "行\n" * 5_000,
        "行\n" * 150,
        "🎉👩‍👩‍👧" * 1_000,
        '#let x = 1 $ * _ ` @ref <tag> \\ // [ ] { } "quoted"',
        "𠮷 葛\U000e0100 ﾃﾞｻﾞｲﾝ ① ㈱ \u202ereversed\u202c",
    ],
)
def test_long_and_strange_text_stays_between_the_margins(text):
    right, bottom = reach(contract_pdf(terms(work__content=text)))

    assert right <= RIGHT
    assert bottom >= BOTTOM


def test_long_clauses_names_and_numbers_stay_between_the_margins():
    number = "0192f7a4-5b6c-7d8e-9f01-23456789abcd"
    agreed = terms(
        contract=number,
        task=number,
        company__name="とても長い名前の株式会社" * 25,
        alumnus__name="W" * 300,
        fee__withholding_category="長い区分" * 75,
        payment__rule={"ja": "長い決まり。" * 1_600, "en": "Some more mummy wombs " * 400},
        change_requests={"ja": "行\n" * 100, "en": "line\n" * 100},
    )

    right, bottom = reach(contract_pdf(agreed))

    assert right <= RIGHT
    assert bottom >= BOTTOM


def test_marks_of_the_typesetter_in_the_text_are_printed_and_not_obeyed():
    text = read(contract_pdf(terms(work__content="#pagebreak() $x^2$ *bold* @ref <tag>")))

    assert "#pagebreak()$x^2$*bold*@ref<tag>" in text


def test_a_character_without_a_glyph_is_printed_as_its_number():
    assert "〔U+1F389〕髙橋" in read(contract_pdf(terms(work__content="🎉髙橋")))


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("髙﨑𠮷", "髙﨑𠮷"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("a\tb\r\nc", "a b\nc"),
        ("5\u202e1\u202c", "51"),
        ("❤\ufe0f🎉", "〔U+2764〕〔U+1F389〕"),
        ("x" * 21, "x" * 20 + "\u200b" + "x"),
    ],
)
def test_text_is_made_printable_without_hiding_what_is_lost(typed, printed):
    assert printable(typed, drawable(sans_path())) == printed
