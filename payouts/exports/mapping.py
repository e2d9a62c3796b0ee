"""What our roles and classes of tax are called in a company's accounting package: suggested names, and their bounds. Pure.

An account's name has to stand in the package letter for letter. Labels of the transition's later steps are not
confirmed by the makers (`UNCONFIRMED`): a company can change every one of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from payouts.exports.journal import Role, TaxClass


class Package(StrEnum):
    """An accounting package that reads our files."""

    FREEE = "freee"
    MONEY_FORWARD = "money_forward"
    YAYOI = "yayoi"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a company: its name, and where it is used a sub-account, a code and a department."""

    name: str
    sub_account: str = ""
    code: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """What a class of tax is called; `invoice` is Money Forward's second column for it."""

    text: str
    invoice: str = ""


@dataclass(frozen=True, slots=True)
class Names:
    """A company's names in one package; `suggested` are the roles that nobody has confirmed yet."""

    package: Package
    accounts: Mapping[Role, Account]
    labels: Mapping[TaxClass, Label]
    suggested: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most half-width places of names and texts in a package, and the columns that it has."""

    account: int
    sub_account: int
    department: int
    label: int
    description: int
    has_codes: bool = False
    has_invoices: bool = False


BOUNDS: Mapping[Package, Bounds] = {
    Package.FREEE: Bounds(60, 60, 60, 60, 250, has_codes=True),
    Package.MONEY_FORWARD: Bounds(60, 60, 60, 60, 200, has_invoices=True),
    Package.YAYOI: Bounds(24, 24, 24, 40, 64),
}
"""Yayoi states its widths (docs/exports.md); the others state none, and these are ours."""

CODE_MOST = 20

_ACCOUNTS: Mapping[Role, Account] = {
    Role.DEPOSIT: Account("預け金"),
    Role.BANK: Account("普通預金"),
    Role.OUTSOURCING: Account("外注費"),
    Role.PLATFORM_FEE: Account("支払手数料"),
    Role.SUCCESS_FEE: Account("支払手数料"),
    Role.BOUNTY: Account("採用費"),
    Role.PREPAID_BOUNTY: Account("前払金"),
    Role.COMPENSATION: Account("雑損失"),
    Role.TOPUP_FEE: Account("支払手数料"),
    Role.INPUT_TAX: Account("仮払消費税"),
    Role.WITHHELD: Account("預り金"),
    Role.PAYABLE_PERSON: Account("未払金"),
    Role.PAYABLE_PLATFORM: Account("未払金"),
    Role.OTHER_INCOME: Account("雑収入"),
    Role.UNEXPLAINED: Account("仮受金"),
}
_LABELS: Mapping[Package, Mapping[TaxClass, Label]] = {
    Package.FREEE: {
        TaxClass.OUTSIDE: Label("対象外"),
        TaxClass.QUALIFIED: Label("課対仕入10%"),
        TaxClass.SHARE_80: Label("課対仕入（控80）10%"),
        TaxClass.SHARE_70: Label("課対仕入（控70）10%"),
        TaxClass.SHARE_50: Label("課対仕入（控50）10%"),
        TaxClass.SHARE_30: Label("課対仕入（控30）10%"),
        TaxClass.SHARE_0: Label("対象外"),
    },
    Package.MONEY_FORWARD: {
        TaxClass.OUTSIDE: Label("対象外"),
        TaxClass.QUALIFIED: Label("課税仕入 10%", "適格"),
        TaxClass.SHARE_80: Label("課税仕入 10%", "80%控除"),
        TaxClass.SHARE_70: Label("課税仕入 10%", "70%控除"),
        TaxClass.SHARE_50: Label("課税仕入 10%", "50%控除"),
        TaxClass.SHARE_30: Label("課税仕入 10%", "30%控除"),
        TaxClass.SHARE_0: Label("対象外"),
    },
    Package.YAYOI: {
        TaxClass.OUTSIDE: Label("対象外"),
        TaxClass.QUALIFIED: Label("課対仕入内10%適格"),
        TaxClass.SHARE_80: Label("課対仕入内10%区分80%"),
        TaxClass.SHARE_70: Label("課対仕入内10%区分70%"),
        TaxClass.SHARE_50: Label("課対仕入内10%区分50%"),
        TaxClass.SHARE_30: Label("課対仕入内10%区分30%"),
        TaxClass.SHARE_0: Label("課対仕入内10%控不"),
    },
}
UNCONFIRMED = frozenset({TaxClass.SHARE_70, TaxClass.SHARE_50, TaxClass.SHARE_30, TaxClass.SHARE_0})


def suggested(package: Package) -> Names:
    """Return our suggestions for a package."""
    return Names(package, _ACCOUNTS, _LABELS[package], frozenset(Role))
