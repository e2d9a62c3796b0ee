"""Yearly payment records (支払調書): what each individual got in a calendar year by kind of work. No My Number, ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.core import db, formats
from marketplace.core.dated import required
from marketplace.core.money import Money, yen
from payouts.statements import months
from payouts.statements.sheet import party, yen_text
from payouts.statements.words import WORDS, category
from payouts.tax_category import CATEGORIES

_HEADS = ("lines", "what", "rate", "amount", "rates", "base", "tax")


@dataclass(frozen=True, slots=True)
class Submission:
    """From which yearly sum (above it, in yen without tax shown apart) a record goes to the tax office."""

    valid_from: date
    valid_to: date | None
    source: str
    above: int


SUBMISSIONS = (Submission(date(2013, 1, 1), None, "Income Tax Act enforcement rule art. 84", 50_000),)


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of work in a year."""

    category: str
    payments: int
    base: Money
    tax: Money
    withheld: Money


@dataclass(frozen=True, slots=True)
class Record:
    """One payee's year."""

    owner: str
    year: int
    parts: tuple[Part, ...]

    @property
    def base(self) -> Money:
        """What was paid without tax."""
        return Money.total(part.base for part in self.parts)

    @property
    def tax(self) -> Money:
        """The consumption tax of it."""
        return Money.total(part.tax for part in self.parts)

    @property
    def withheld(self) -> Money:
        """The income tax withheld from it."""
        return Money.total(part.withheld for part in self.parts)

    def must_submit(self, table: Sequence[Submission] = SUBMISSIONS) -> bool:
        """Tell whether it goes to the tax office."""
        return self.base.amount > required(table, date(self.year, 12, 31)).above


_YEAR = """
with moved as (
  select split_part(t.key, ':', 2)::uuid as payout_id, case t.kind when 'paid' then 1 else -1 end as sign
  from ledger_transfer t where t.kind in ('paid', 'returned')
    and t.happened_at >= $2::date::timestamp at time zone 'Asia/Tokyo' and t.happened_at < $3::date::timestamp at time zone 'Asia/Tokyo'
)
select i.owner, i.tax_category, sum(m.sign)::bigint as payments, sum(m.sign * i.base_amount)::bigint as base,
  sum(m.sign * i.tax_amount)::bigint as tax, sum(m.sign * (i.withheld_amount + i.adjusted_amount))::bigint as withheld
from moved m join payable_item i on i.payout_id = m.payout_id left join payee p on p.owner = i.owner
where i.payer = $1 and i.kind = 'fee' and i.tax_category = any($4::text[]) and coalesce(p.kind, 'individual') = 'individual'
group by i.owner, i.tax_category having sum(m.sign * i.base_amount) <> 0 order by i.owner, i.tax_category
"""


async def of_year(company: str, year: int) -> list[Record]:
    """Return a company's payment records of a calendar year, by what reached the banks in it. Needs the operator's scope."""
    kinds = [rule.category for rule in CATEGORIES if rule.withheld]
    rows = await db.fetch(
        _YEAR, f"company:{company}", date(year, 1, 1), months.after(date(year, 12, 1)), kinds
    )
    parts: dict[str, list[Part]] = {}
    for row in rows:
        part = Part(
            row["tax_category"], row["payments"], yen(row["base"]), yen(row["tax"]), yen(row["withheld"])
        )
        parts.setdefault(row["owner"], []).append(part)
    return [Record(owner, year, tuple(found)) for owner, found in parts.items()]


def sheet(record: Record, *, payer: dict[str, Any], payee: dict[str, Any], locale: str) -> dict[str, Any]:
    """Lay out a payment record for the template of papers, in ja or en."""
    words = WORDS[locale]
    return {
        "locale": locale,
        "title": words["record"],
        "number": str(record.year),
        "lead": words["lead_record"].format(year=record.year),
        "meta": [{"label": words["year"], "value": str(record.year)}],
        "seller": party(payer, locale, words["issuer"]),
        "buyer": party(payee, locale, words["payee"], words["honorific_person"]),
        "total": {"label": words["total_record"], "value": yen_text(record.withheld.amount)},
        "words": _heads(words),
        "lines": [_line(part, locale) for part in record.parts],
        "rates": [_part(part, locale) for part in record.parts],
        "notes": _notes(record, words),
        "footer": f"{payer['name']} · {words['record']} {record.year}",
    }  # fmt: skip


def _heads(words: dict[str, str]) -> dict[str, str]:
    own = {
        "rate": "",
        "rates": words["record_kinds"],
        "base": words["sum_paid"],
        "tax": words["sum_withheld"],
    }
    return {name: words[name] for name in _HEADS} | own


def _line(part: Part, locale: str) -> dict[str, str]:
    words = WORDS[locale]
    note = f"{words['record_payments'].format(count=part.payments)} · {words['sum_paid_tax']} {formats.money(part.tax)}"
    return {
        "what": category(part.category, locale),
        "note": note,
        "rate": "",
        "amount": formats.money(part.base),
    }


def _part(part: Part, locale: str) -> dict[str, str]:
    return {
        "rate": category(part.category, locale),
        "base": formats.money(part.base),
        "tax": formats.money(part.withheld),
    }


def _notes(record: Record, words: dict[str, str]) -> list[str]:
    told = words["record_submit"] if record.must_submit() else words["record_keep"]
    return [told.format(rule=words["record_rule"])]
