"""Read bounties from a CSV file: one row, one bounty, its problems named by column. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from marketplace.alumni import csv_file
from marketplace.core.errors import N_, Message
from marketplace.core.money import Money, yen
from marketplace.referrals import bounty_brief, bounty_terms
from marketplace.referrals.bounty_brief import Brief
from marketplace.referrals.bounty_terms import FEE_KINDS, USUAL_GUARANTEE_DAYS, USUAL_REFUNDS, Terms, Tranche
from marketplace.referrals.policy_facts import FeeKind, Kind

MOST_ROWS = 500
COLUMNS: Mapping[str, str] = {
    "kind": "種類",
    "unit": "部署",
    "title": "題名",
    "what": "内容",
    "wanted": "探している人",
    "place": "場所",
    "country": "国",
    "sector": "業種",
    "success_event": "成立の条件",
    "evidence_wanted": "成立の証拠",
    "closes_on": "募集の終わり",
    "reward": "報奨額",
    "reward_later": "後の報奨額",
    "reward_later_days": "後の報奨までの日数",
    "guarantee_days": "保証期間の日数",
    "ownership_days": "紹介の有効日数",
    "fee_kind": "成功報酬の種類",
    "fee_percent": "成功報酬の率",
    "fee": "成功報酬の額",
    "publish": "公開",
}
"""Each column's name in a file, in English and in Japanese."""
SAMPLE = (
    "gig", "", "Video editor", "Short films for our shop", "Somebody who has edited for shops", "", "JP", "", "", "",
    "2027-01-31", "30000", "30000", "30", "30", "180", "contract_share", "10", "", "yes",
)  # fmt: skip
WORDS = ("title", "what", "wanted", "place", "sector", "success_event", "evidence_wanted")
_YES = {"yes", "y", "1", "true", "公開", "はい"}


@dataclass(frozen=True, slots=True)
class Row:
    """One bounty of a file; `problems` by column, empty where it can be kept."""

    line: int
    unit: str
    brief: Brief
    terms: Terms
    publish: bool
    problems: dict[str, Message] = field(default_factory=dict)


def parse(content: bytes) -> list[Row]:
    """Return the rows of a file. Raises Invalid for a file that cannot be read, lacks a column or is too long."""
    found = csv_file.records(csv_file.decode(content))
    header = next(found, None)
    if header is None:
        raise csv_file.refuse(N_("This file is empty."))
    names = {japanese: name for name, japanese in COLUMNS.items()} | {name: name for name in COLUMNS}
    places = {
        names[cell.strip().lower()]: place
        for place, cell in enumerate(header.cells)
        if cell.strip().lower() in names
    }
    if missing := {"kind", "title"} - set(places):
        raise csv_file.refuse(N_("The first row lacks the column %(name)s."), name=", ".join(sorted(missing)))
    rows: list[Row] = []
    for record in found:
        if len(rows) == MOST_ROWS:
            raise csv_file.refuse(N_("Please send at most %(most)s bounties at a time."), most=MOST_ROWS)
        cells = {
            name: unicodedata.normalize("NFC", record.cells[place]).strip()
            if place < len(record.cells)
            else ""
            for name, place in places.items()
        }
        if any(cells.values()):
            rows.append(_read(record.line, cells))
    return rows


def _read(line: int, cells: Mapping[str, str]) -> Row:
    problems: dict[str, Message] = {}
    if cells.get("kind", "") not in FEE_KINDS:
        problems["kind"] = Message(N_("Write gig, business or hire."))
        return Row(line, "", Brief("gig", title=cells.get("title", "")), Terms(), False, problems)
    words: dict[str, Any] = {name: cells.get(name, "") for name in WORDS}
    brief = Brief(
        cast("Kind", cells["kind"]),
        **words,
        country=cells.get("country", "").upper() or "JP",
        closes_on=_day(cells, problems),
    )
    terms = _terms(brief, cells, problems)
    wrong = bounty_brief.unfit(brief) | bounty_terms.wrong(terms, brief.kind)
    publish = cells.get("publish", "").lower() in _YES
    return Row(line, cells.get("unit", ""), brief, terms, publish, {**wrong, **problems})


def _terms(brief: Brief, cells: Mapping[str, str], problems: dict[str, Message]) -> Terms:
    later = _whole(cells, "reward_later_days", 0, problems)
    first, second = (_whole(cells, name, 0, problems) for name in ("reward", "reward_later"))
    parts = [Tranche(days, yen(amount)) for days, amount in ((0, first), (later, second)) if amount]
    guarantee = _whole(cells, "guarantee_days", USUAL_GUARANTEE_DAYS[brief.kind], problems)
    fee_kind = cells.get("fee_kind", "") or "none"
    if fee_kind not in FEE_KINDS[brief.kind]:
        problems["fee_kind"] = Message(N_("This kind of bounty has no such fee."))
        fee_kind = "none"
    share = fee_kind in {"pay_share", "contract_share"}
    return Terms(
        reward_type="payout" if parts else "none",
        tranches=tuple(parts),
        guarantee_days=guarantee,
        ownership_days=_whole(cells, "ownership_days", 180, problems),
        fee_kind=cast("FeeKind", fee_kind),
        fee_bp=_whole(cells, "fee_percent", 0, problems) * 100 if share else 0,
        fee=yen(_whole(cells, "fee", 0, problems)) if fee_kind == "fixed" else Money.zero(),
        refunds=tuple(row for row in USUAL_REFUNDS if row.within_days <= guarantee)
        if fee_kind != "none"
        else (),
    )


def _whole(cells: Mapping[str, str], name: str, usual: int, problems: dict[str, Message]) -> int:
    text = unicodedata.normalize("NFKC", cells.get(name, "")).replace(",", "").strip("¥ ")
    if not text:
        return usual
    if not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - far above any bound that is judged later
        problems[name] = Message(N_("Please write a whole number."))
        return usual
    return int(text)


def _day(cells: Mapping[str, str], problems: dict[str, Message]) -> date | None:
    text = cells.get("closes_on", "").replace("/", "-")
    if not text:
        return None
    try:
        return date(*(int(part) for part in text.split("-", 2)))
    except (ValueError, TypeError):
        problems["closes_on"] = Message(N_("Please write a day, for example 2026-12-11."))
        return None
