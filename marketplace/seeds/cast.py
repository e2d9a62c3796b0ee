"""The cast of the demo world: an operator, two companies with their members, and who is worth being first."""

from dataclasses import dataclass

OPERATOR = ("ogawa@enishi.example", "小川 恵")


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a company: address, name, roles and unit."""

    email: str
    name: str
    roles: tuple[str, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """A company: its short name, its names, its units with their approval limits in yen, its members (owner first)."""

    slug: str
    name: str
    name_en: str
    address: str
    registration_number: str
    units: tuple[tuple[str, int], ...]
    members: tuple[Member, ...]


AOBA = Company(
    "aoba",
    "あおば製作所株式会社",
    "Aoba Manufacturing",
    "東京都千代田区丸の内一丁目1番1号",
    "T7123456789012",
    (("ブランド企画部", 150_000), ("技術部", 300_000), ("広報部", 100_000), ("人事部", 100_000)),
    (
        Member("aoba.owner@aoba.example", "青葉 誠", ("owner",)),
        Member("tanaka@aoba.example", "田中 健一", ("manager",), "ブランド企画部"),
        Member("kimura@aoba.example", "木村 直子", ("manager",), "技術部"),
        Member("mori@aoba.example", "森 直樹", ("approver",)),
        Member("takahashi@aoba.example", "高橋 涼", ("finance",)),
    ),
)
MINATO = Company(
    "minato",
    "みなと商事株式会社",
    "Minato Trading",
    "神奈川県横浜市西区みなとみらい二丁目2番2号",
    "T4011001098993",
    (("デジタル推進部", 200_000), ("海外営業部", 150_000)),
    (
        Member("minato.owner@minato.example", "港 由紀", ("owner",)),
        Member("ishii@minato.example", "石井 遥", ("manager",), "デジタル推進部"),
        Member("sakamoto@minato.example", "坂本 隆", ("approver", "finance")),
    ),
)
COMPANIES = (AOBA, MINATO)

# Misaki is an alumna of both: what each company sees of her stays apart.
STAR = ("misaki@alumni.example", "佐藤 美咲", "Misaki Sato")
