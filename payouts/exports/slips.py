"""From a fact of the ledger to a company's slips: one small function for each kind of fact. Pure.

The worked example of docs/compliance-jp.md stands in `_approve` and `_settle`, line by line. What only moves between
a company's balance and its reserves is no entry: both are its deposit with the operator (預け金).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from marketplace.core.money import Money
from payouts.exports.fact import FULL, NOTHING, Fact
from payouts.exports.journal import PLATFORM, Line, Role, Side, Slip, TaxClass

DEBIT, CREDIT = Side.DEBIT, Side.CREDIT


def slips_of(fact: Fact) -> list[Slip]:
    """Return a fact's slips: none where nothing left or reached the deposit and nothing is owed.

    A reversed fact is the same with its sides changed. Lines of zero are left out, those below zero change sides.
    """
    make = _MAKERS.get(fact.kind, _unexplained)
    return [slip for slip in (_slip(fact, *made) for made in make(fact)) if slip.lines]


Made = tuple[str, list[Line]]


def _approve(fact: Fact) -> Iterator[Made]:
    """外注費・仮払消費税・支払手数料・仮払消費税 / 預り金・未払金(本人)・未払金(運営者), and then 未払金 / 預け金.

    The operator receives for the alumnus (収納代行): with the approval the deposit has paid what is owed.
    """
    to_person = fact.base + fact.tax - fact.withheld
    to_platform = fact.fee + fact.fee_tax
    yield (
        "approve",
        [
            *cost(Role.OUTSOURCING, fact.base, fact.tax, fact.share, fact.person),
            *cost(Role.PLATFORM_FEE, fact.fee, fact.fee_tax, FULL, PLATFORM),
            Line(CREDIT, Role.WITHHELD, fact.withheld, party=fact.person),
            Line(CREDIT, Role.PAYABLE_PERSON, to_person, party=fact.person),
            Line(CREDIT, Role.PAYABLE_PLATFORM, to_platform, party=PLATFORM),
        ],
    )
    yield _settle(fact, to_person, to_platform)


def _settle(fact: Fact, to_person: Money, to_platform: Money) -> Made:
    return (
        "settle",
        [
            Line(DEBIT, Role.PAYABLE_PERSON, to_person, party=fact.person),
            Line(DEBIT, Role.PAYABLE_PLATFORM, to_platform, party=PLATFORM),
            Line(CREDIT, Role.DEPOSIT, -fact.gained, party=PLATFORM),
        ],
    )


def _topup(fact: Fact) -> Iterator[Made]:
    """預け金・支払手数料 / 普通預金: what the provider kept is the company's, unless the operator bears it."""
    paid_in = max(fact.paid_in, fact.gained)
    yield (
        "topup",
        [
            Line(DEBIT, Role.DEPOSIT, fact.gained, party=PLATFORM),
            Line(DEBIT, Role.TOPUP_FEE, paid_in - fact.gained),
            Line(CREDIT, Role.BANK, paid_in),
        ],
    )


def _cancel(fact: Fact) -> Iterator[Made]:
    """雑損失 / 未払金(本人), and then 未払金 / 預け金: a compensation is outside of consumption tax."""
    yield (
        "cancel",
        [
            *cost(Role.COMPENSATION, fact.base, fact.tax, fact.share, fact.person),
            Line(CREDIT, Role.PAYABLE_PERSON, fact.base + fact.tax, party=fact.person),
        ],
    )
    yield _settle(fact, fact.base + fact.tax, NOTHING)


def _withhold_adjust(fact: Fact) -> Iterator[Made]:
    """預け金 / 預り金: fees of one day were one base, and what was withheld more comes back to be remitted."""
    yield (
        "withhold_adjust",
        [
            Line(DEBIT, Role.DEPOSIT, fact.gained, party=PLATFORM),
            Line(CREDIT, Role.WITHHELD, fact.gained, party=fact.person),
        ],
    )


def _invoice(fact: Fact) -> Iterator[Made]:
    """支払手数料・仮払消費税・前払金(紹介報奨) / 未払金: the bounty is a cost only when it has vested."""
    yield "invoice", [*_billed(fact, DEBIT), *_asked(fact, CREDIT)]


def _invoice_paid(fact: Fact) -> Iterator[Made]:
    """未払金 / 普通預金, or 預け金 where it is paid from there; what is paid too much is 預け金."""
    to_person = fact.bounty
    yield (
        "invoice_paid",
        [
            Line(DEBIT, Role.PAYABLE_PLATFORM, -fact.owed - to_person, party=PLATFORM),
            Line(DEBIT, Role.PAYABLE_PERSON, to_person, party=fact.person),
            Line(DEBIT, Role.DEPOSIT, fact.gained, party=PLATFORM),
            Line(CREDIT, Role.BANK, fact.gained - fact.owed),
        ],
    )


def _credit_note(fact: Fact) -> Iterator[Made]:
    """預け金 (or 未払金, while the invoice is unpaid) / 支払手数料・仮払消費税・前払金."""
    into = [Line(DEBIT, Role.DEPOSIT, fact.gained, party=PLATFORM)] if fact.gained else _asked(fact, DEBIT)
    yield "credit_note", [*into, *_billed(fact, CREDIT)]


def _billed(fact: Fact, side: Side) -> list[Line]:
    lines = cost(Role.SUCCESS_FEE, fact.fee, fact.fee_tax, FULL, PLATFORM, side=side)
    return [*lines, Line(side, Role.PREPAID_BOUNTY, fact.bounty, party=fact.person)]


def _asked(fact: Fact, side: Side) -> list[Line]:
    return [
        Line(side, Role.PAYABLE_PLATFORM, fact.fee + fact.fee_tax, party=PLATFORM),
        Line(side, Role.PAYABLE_PERSON, fact.bounty, party=fact.person),
    ]


def _vest(fact: Fact) -> Iterator[Made]:
    """採用費・仮払消費税 / 前払金: a part of a bounty has vested, and the statement of its month says so."""
    yield (
        "vest",
        [
            *cost(Role.BOUNTY, fact.base, fact.tax, fact.share, fact.person),
            Line(CREDIT, Role.PREPAID_BOUNTY, fact.base + fact.tax, party=fact.person),
        ],
    )


def _netted(fact: Fact) -> Iterator[Made]:
    """預け金 / 採用費・仮払消費税: a clawed-back bounty is worth something when it is recovered, and not before."""
    yield (
        "netted",
        [
            Line(DEBIT, Role.DEPOSIT, fact.gained, party=PLATFORM),
            *cost(Role.BOUNTY, fact.base, fact.tax, fact.share, fact.person, side=CREDIT),
        ],
    )


def _chargeback(fact: Fact) -> Iterator[Made]:
    """普通預金 / 預け金・未払金(運営者): the card's holder took the payment back."""
    yield (
        "chargeback",
        [
            Line(DEBIT, Role.BANK, fact.owed - fact.gained),
            Line(CREDIT, Role.DEPOSIT, -fact.gained, party=PLATFORM),
            Line(CREDIT, Role.PAYABLE_PLATFORM, fact.owed, party=PLATFORM),
        ],
    )


def _debt_paid(fact: Fact) -> Iterator[Made]:
    """未払金(運営者) / 預け金."""
    yield _settle(fact, NOTHING, -fact.owed)


def _refund(fact: Fact) -> Iterator[Made]:
    """普通預金 / 預け金."""
    yield (
        "refund",
        [
            Line(DEBIT, Role.BANK, -fact.gained),
            Line(CREDIT, Role.DEPOSIT, -fact.gained, party=PLATFORM),
        ],
    )


def _platform_invoice(fact: Fact) -> Iterator[Made]:
    """仮払消費税 / 預け金 (雑収入 where the operator bore it): one rounding for the document, and its difference."""
    against = Line(CREDIT, Role.DEPOSIT, -fact.gained, party=PLATFORM)
    if not fact.gained:
        against = Line(CREDIT, Role.OTHER_INCOME, fact.fee_tax, party=PLATFORM)
    difference = Line(DEBIT, Role.INPUT_TAX, fact.fee_tax, party=PLATFORM, taxes=Role.PLATFORM_FEE)
    yield "platform_invoice", [difference, against]


def _remittance(fact: Fact) -> Iterator[Made]:
    """預り金 / 普通預金: the tax withheld reached the tax office."""
    yield "remittance", [Line(DEBIT, Role.WITHHELD, fact.withheld), Line(CREDIT, Role.BANK, fact.withheld)]


def _unexplained(fact: Fact) -> Iterator[Made]:
    """Balance what no rule here knows: it is shown as unexplained, so that the deposit ties and somebody looks."""
    yield (
        "unexplained",
        [
            Line(DEBIT, Role.DEPOSIT, fact.gained, party=PLATFORM),
            Line(CREDIT, Role.PAYABLE_PLATFORM, fact.owed, party=PLATFORM),
            Line(CREDIT, Role.UNEXPLAINED, fact.gained - fact.owed),
        ],
    )


def _nothing(_fact: Fact) -> Iterator[Made]:
    """Make no entry: money moves inside the deposit, or only in the operator's own books."""
    yield from ()


_MAKERS: Mapping[str, Callable[[Fact], Iterator[Made]]] = {
    "topup": _topup,
    "reserve": _nothing,
    "conclude": _nothing,
    "release": _nothing,
    "reopen": _nothing,
    "approve": _approve,
    "cancel": _cancel,
    "withhold_adjust": _withhold_adjust,
    "invoice": _invoice,
    "invoice_paid": _invoice_paid,
    "credit_note": _credit_note,
    "vest": _vest,
    "clawback": _nothing,
    "netted": _netted,
    "write_off": _nothing,
    "chargeback": _chargeback,
    "debt_paid": _debt_paid,
    "refund": _refund,
    "platform_invoice": _platform_invoice,
    "remittance": _remittance,
}


def tax_class(share: int) -> TaxClass:
    """Return the class of a share in basis points. Raises ValueError for a share that no class stands for."""
    return TaxClass.QUALIFIED if share == FULL else TaxClass(f"share_{share // 100}")


def cost(role: Role, base: Money, tax: Money, share: int, party: str, *, side: Side = DEBIT) -> list[Line]:
    """Return a purchase: its price with what is not deducted, then the tax that is, as a line of its own.

    Not registered payees: the rest of the tax is a part of the cost (the dated transition). No tax: outside.
    """
    deducted = tax.share(share)
    found = tax_class(share) if tax else TaxClass.OUTSIDE
    return [
        Line(side, role, base + tax - deducted, found, party),
        Line(side, Role.INPUT_TAX, deducted, found, party, role),
    ]


def _slip(fact: Fact, kind: str, lines: list[Line]) -> Slip:
    told = [_upright(line) for line in lines if line.amount]
    if fact.reversed:
        told = [replace(line, side=line.side.other) for line in told]
    key = fact.key if kind in {fact.kind, "unexplained"} else f"{fact.key}:{kind}"
    return Slip(key, kind, fact.on, fact.order, _in_order(told), fact.title, fact.document)


def _upright(line: Line) -> Line:
    if line.amount.amount > 0:
        return line
    return replace(line, side=line.side.other, amount=-line.amount)


def _in_order(lines: list[Line]) -> tuple[Line, ...]:
    """Put the left side first; a line of tax stays behind its price."""
    return tuple(sorted(lines, key=lambda line: line.side is CREDIT))
