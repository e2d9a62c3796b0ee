"""The form of a bounty: what is typed, and what it means."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, create_model

from marketplace.core.errors import N_, Invalid
from marketplace.core.money import Money
from marketplace.referrals import bounty_terms
from marketplace.referrals.bounty_brief import Brief
from marketplace.referrals.bounty_terms import MOST_REFUNDS, MOST_TRANCHES, Refund, Terms, Tranche
from web import fields
from web.bounty_words import COUNTRIES
from web.fields import Day, Line, Prose, Whole, Yen
from web.forms import Data, Form
from web.task_words import ANSWERS

PARTS = tuple(range(1, MOST_TRANCHES + 1))
REFUNDS = tuple(range(1, MOST_REFUNDS + 1))


@dataclass(frozen=True)
class Percent(fields.Field):
    """A share in percent with at most two decimals; the value is in basis points."""

    def read(self, raw: Any) -> int:
        """Return basis points."""
        if isinstance(raw, int):
            return raw
        text = unicodedata.normalize("NFKC", fields.plain_text(raw)).rstrip("% ")
        found = re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?", text)
        if found is None or int(found[1]) > 100:  # noqa: PLR2004 - percent
            raise fields.wrong(N_("Please write a share from 0 to 100 percent, for example 10.3."))
        return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


class _Words(BaseModel):
    kind: Literal["gig", "business", "hire"] = Field("gig", title=N_("Kind of bounty"))
    unit: UUID | None = Field(None, title=N_("Unit"))
    title: Annotated[str, Line(120)] = Field("", title=N_("Title"))
    what: Annotated[str, Prose(10_000)] = Field("", title=N_("What it is about"))
    wanted: Annotated[str, Prose(2000)] = Field("", title=N_("Whom you look for"))
    place: Annotated[str, Line(300)] = Field("", title=N_("Place"))
    country: Literal[tuple(COUNTRIES)] = Field("JP", title=N_("Country"))  # type: ignore[valid-type]
    sector: Annotated[str, Line(40)] = Field("", title=N_("Regulated sector"))
    task: UUID | None = Field(None, title=N_("Task"))
    success_event: Annotated[str, Line(500)] = Field("", title=N_("What counts as a success"))
    evidence_wanted: Annotated[str, Line(500)] = Field("", title=N_("How it is shown"))
    answers: list[Annotated[str, Line(40)]] = Field(default_factory=list, title=N_("Which of these hold?"))
    closes_on: Annotated[date, Day()] | None = Field(None, title=N_("Takes referrals until"))
    reward_type: Literal["none", "payout", "payroll"] = Field("payout", title=N_("Reward"))
    guarantee_days: Annotated[int, Whole(0, bounty_terms.LONGEST_DAYS)] = Field(
        0, title=N_("Guarantee period")
    )
    ownership_days: Annotated[int, Whole(7, bounty_terms.LONGEST_DAYS)] = Field(
        180, title=N_("A referral stays the referrer's for")
    )
    fee_kind: Literal["none", "fixed", "pay_share", "contract_share"] = Field("none", title=N_("Success fee"))
    fee_percent: Annotated[int, Percent()] = Field(0, title=N_("Share"))
    fee: Annotated[Money, Yen(0, 100_000_000)] | None = Field(None, title=N_("Fixed fee (before tax)"))
    days_until_due: Annotated[int, Whole(1, 60)] = Field(30, title=N_("Invoice is due after"))
    tranches: Annotated[str, Line(1)] = Field("", title=N_("Reward"))
    refunds: Annotated[str, Line(1)] = Field("", title=N_("What returns when somebody leaves"))


_ROWS: dict[str, Any] = {}
for _number in PARTS:
    _ROWS[f"amount_{_number}"] = (Annotated[Money, Yen(0)] | None, Field(None, title=N_("Amount")))
    _ROWS[f"days_{_number}"] = (
        Annotated[int, Whole(0, bounty_terms.LONGEST_DAYS)],
        Field(0, title=N_("Days after the success")),
    )
for _number in REFUNDS:
    _ROWS[f"within_{_number}"] = (
        Annotated[int, Whole(0, bounty_terms.LONGEST_DAYS)],
        Field(0, title=N_("Leaves within")),
    )
    _ROWS[f"returns_{_number}"] = (Annotated[int, Percent()], Field(0, title=N_("Returns")))

BountyForm: Any = create_model(
    "BountyForm", __base__=_Words, __doc__="Everything about a bounty; a draft may miss any part.", **_ROWS
)
SAME = ("title", "what", "wanted", "place", "country")


def read(form: Form[Any]) -> tuple[Brief, Terms]:
    """Return what was typed; what the kind does not have is left out. Raises Invalid with every wrong field."""
    given = form.data
    gig, business = given.kind == "gig", given.kind == "business"
    brief = Brief(
        given.kind,
        **{name: getattr(given, name) for name in SAME},
        sector=given.sector if business else "",
        task_id=given.task if gig else None,
        success_event=given.success_event if business else "",
        evidence_wanted=given.evidence_wanted if business else "",
        answers={name: ANSWERS[name][0] for name in given.answers if name in ANSWERS} if gig else {},
        closes_on=given.closes_on,
    )
    return brief, _terms(given)


def _terms(given: Any) -> Terms:
    paid, fee_kind = given.reward_type == "payout", given.fee_kind
    parts = [(getattr(given, f"days_{number}"), getattr(given, f"amount_{number}")) for number in PARTS]
    rows = [(getattr(given, f"within_{number}"), getattr(given, f"returns_{number}")) for number in REFUNDS]
    return Terms(
        reward_type=given.reward_type,
        tranches=tuple(Tranche(days, amount) for days, amount in parts if amount) if paid else (),
        guarantee_days=given.guarantee_days,
        ownership_days=given.ownership_days,
        fee_kind=fee_kind,
        fee_bp=given.fee_percent if fee_kind in {"pay_share", "contract_share"} else 0,
        fee=given.fee if fee_kind == "fixed" and given.fee else Money.zero(),
        refunds=tuple(Refund(days, bp) for days, bp in rows if days or bp) if fee_kind != "none" else (),
        days_until_due=given.days_until_due,
    )


def readable(form: Form[Any]) -> tuple[Brief, Terms]:
    """Return what can be read of what is typed so far, wrong fields left out."""
    rest: Data = {name: values for name, values in form.typed.items() if name not in form.errors}
    try:
        return read(Form.of(BountyForm, rest))
    except Invalid:
        return read(Form.of(BountyForm, {name: rest[name] for name in ("kind",) if name in rest}))


def written(brief: Brief, terms: Terms, unit: UUID | None) -> dict[str, Any]:
    """Return a brief and its terms as the values of the form."""
    values: dict[str, Any] = {
        name: getattr(brief, name)
        for name in (*SAME, "kind", "sector", "success_event", "evidence_wanted", "closes_on")
    }
    values |= {"unit": unit, "task": brief.task_id, "answers": list(brief.answers)}
    values |= {
        name: getattr(terms, name)
        for name in ("reward_type", "guarantee_days", "ownership_days", "fee_kind", "days_until_due")
    }
    values |= {"fee": terms.fee or None, "fee_percent": percent(terms.fee_bp) if terms.fee_bp else None}
    for number, part in zip(PARTS, terms.tranches, strict=False):
        values |= {f"amount_{number}": part.amount, f"days_{number}": part.after_days}
    for number, row in zip(REFUNDS, terms.refunds, strict=False):
        values |= {f"within_{number}": row.within_days, f"returns_{number}": percent(row.bp)}
    return values


def percent(bp: int) -> str:
    """Write basis points as percent."""
    return f"{bp / 100:g}"


def at_stake(terms: Terms) -> Mapping[str, Any]:
    """Return what the button says: the yen that one success costs for certain, and the share that comes to it."""
    return {"amount": terms.reward + terms.fee, "share": percent(terms.fee_bp) if terms.fee_bp else ""}
