"""A believable November of a company, as facts: the worked example and what else a month brings. `python -m tests.payouts.exports.month` writes the golden files anew."""

from datetime import date
from pathlib import Path

from marketplace.core.money import yen
from payouts.exports import files
from payouts.exports.fact import Fact
from payouts.exports.journal import PLATFORM, Journal
from payouts.exports.mapping import Package, suggested
from payouts.exports.numbering import compare
from payouts.exports.slips import slips_of
from payouts.tax import tax_included

GOLDEN = Path(__file__).parent / "golden"
MONTH = date(2026, 11, 1)
MISAKI, KEN, YUI = "person:1", "person:2", "person:3"
PEOPLE = {PLATFORM: "縁マーケット株式会社", MISAKI: "佐藤 美咲", KEN: "髙橋 健", YUI: "𠮷田 結衣"}
GOLDEN_FILES = [(package, encoding) for package in Package for encoding in files.ENCODINGS[package]]


def day(number: int) -> date:
    """Return a day of the month."""
    return date(2026, 11, number)


def approved(key: str, on: int, person: str, base: int, *, withheld: int, share: int, title: str) -> Fact:
    """Approve work at 10 % tax and a platform fee of 15 %."""
    tax, fee = base // 10, base * 15 // 100
    gained = -(base + tax - withheld + fee + fee // 10)
    return Fact(
        key=f"approve:{key}:1", kind="approve", on=day(on), order=key, gained=yen(gained), person=person, base=yen(base),
        tax=yen(tax), withheld=yen(withheld), fee=yen(fee), fee_tax=yen(fee // 10), share=share, title=title,
    )  # fmt: skip


EXAMPLE = approved("c1", 10, MISAKI, 50_000, withheld=5_105, share=10_000, title="会社案内のデザイン")
UNREGISTERED = approved("c2", 12, KEN, 80_000, withheld=8_168, share=7_000, title="取扱説明書の翻訳")
BILL = {
    "person": YUI, "fee": yen(300_000), "fee_tax": yen(30_000), "bounty": yen(100_000),
    "title": "紹介成功報酬: 経理担当の採用", "document": "INV-000012",
}  # fmt: skip
FACTS = [
    Fact(key="topup:t1", kind="topup", on=day(2), order="a", gained=yen(1_928_000), paid_in=yen(2_000_000)),
    Fact(key="remittance:2026-10:10210:2026-11-10", kind="remittance", on=day(10), order="zz", withheld=yen(10_210), title="2026-10"),
    EXAMPLE,
    UNREGISTERED,
    Fact(key="invoice:12", kind="invoice", on=day(13), order="i", owed=yen(430_000), **BILL),
    approved("c3", 16, YUI, 120_000, withheld=0, share=7_000, title='=SUM(A1), "改行\nあり" 予約サイトの改修'),
    Fact(key="cancel:c4", kind="cancel", on=day(18), order="c4", gained=yen(-30_000), person=MISAKI, base=yen(30_000), title="通訳(中止)"),
    Fact(key="invoice_paid:12", kind="invoice_paid", on=day(20), order="p", owed=yen(-430_000), **BILL),
    Fact(
        key="vest:v1", kind="vest", on=day(20), order="v1", person=YUI, base=yen(50_000) - tax_included(yen(50_000), 1000),
        tax=tax_included(yen(50_000), 1000), share=7_000, title="紹介報奨 1/2",
    ),
    Fact(key="withhold_adjust:a", kind="withhold_adjust", on=day(25), order="w", gained=yen(20_420), person=MISAKI),
    Fact(
        key="credit_note:3", kind="credit_note", on=day(27), order="n", gained=yen(215_000),
        **{**BILL, "fee": yen(150_000), "fee_tax": yen(15_000), "bounty": yen(50_000), "document": "CN-000003"},
    ),
    Fact(key="refund:r1", kind="refund", on=day(28), order="r", gained=yen(-10_000)),
    Fact(key="platform_invoice:x:2026-11", kind="platform_invoice", on=day(30), order="z", gained=yen(1), fee_tax=yen(-1), document="PF-000007"),
]  # fmt: skip


def journal() -> Journal:
    """Return the month's journal."""
    facts = sorted(FACTS, key=lambda fact: (fact.on, fact.order))
    return Journal("company", MONTH, tuple(slip for fact in facts for slip in slips_of(fact)))


def golden(package: Package, encoding: str) -> Path:
    """Return where the golden file of a package in an encoding is."""
    return GOLDEN / f"{package.value}-{encoding}.csv"


def written(package: Package, encoding: str) -> bytes:
    """Write the month for a package."""
    slips = compare(journal().slips, {}).slips
    return files.write(slips, suggested(package), PEOPLE, encoding).content


if __name__ == "__main__":
    for package, encoding in GOLDEN_FILES:
        golden(package, encoding).write_bytes(written(package, encoding))
