"""What the journal's roles, kinds of slips, classes of tax, ties and packages are called, as sentences to translate."""

from collections.abc import Mapping

from marketplace.core.errors import N_, NotFound
from payouts.exports.journal import Role, TaxClass
from payouts.exports.mapping import Package

PACKAGES: Mapping[Package, str] = {
    Package.FREEE: N_("freee"),
    Package.MONEY_FORWARD: N_("Money Forward"),
    Package.YAYOI: N_("Yayoi"),
}
ENCODINGS: Mapping[str, str] = {"utf8": "UTF-8", "sjis": "Shift-JIS"}
WAYS_IN: Mapping[Package, str] = {
    Package.FREEE: N_(
        "In freee, bring the file in under Bring over from other packages, as journals; each slip becomes a transfer slip."
    ),
    Package.MONEY_FORWARD: N_("In Money Forward, bring the file in under Journal, Import, Journal."),
    Package.YAYOI: N_("In Yayoi, bring the file in under File, Import, with the transfer slips open."),
}
ROLES: Mapping[Role, tuple[str, str]] = {
    Role.DEPOSIT: (N_("Prepaid balance"), N_("Your money with the operator: free and set aside.")),
    Role.BANK: (N_("Bank account"), N_("Where top-ups come from and refunds go to.")),
    Role.OUTSOURCING: (N_("Work by alumni"), N_("Fees of approved work.")),
    Role.PLATFORM_FEE: (N_("Platform fees"), N_("The operator's fee for spot work.")),
    Role.SUCCESS_FEE: (N_("Success fee"), N_("The operator's fee for a referral that came true.")),
    Role.BOUNTY: (N_("Referral bounty"), N_("A bounty once it has vested.")),
    Role.PREPAID_BOUNTY: (N_("Bounty paid ahead"), N_("A bounty that is invoiced and not vested yet.")),
    Role.COMPENSATION: (N_("Compensation"), N_("For contracts that you cancelled; outside of consumption tax.")),
    Role.TOPUP_FEE: (N_("Fee of a top-up"), N_("What the payment provider kept, where you bear it.")),
    Role.INPUT_TAX: (
        N_("Consumption tax paid"),
        N_("Stands alone only for the difference of the operator's monthly invoice; else it is inside its line."),
    ),
    Role.WITHHELD: (N_("Income tax withheld"), N_("Until you remit it to the tax office.")),
    Role.PAYABLE_PERSON: (N_("Owed to alumni"), N_("Fees, compensations and bounties.")),
    Role.PAYABLE_PLATFORM: (N_("Owed to the operator"), N_("Platform fees and success fees.")),
    Role.OTHER_INCOME: (N_("Other income"), N_("A yen of tax that the operator bore.")),
    Role.UNEXPLAINED: (N_("Unexplained"), N_("Used for nothing that we know of; ask us when it appears.")),
}  # fmt: skip
TAX_CLASSES: Mapping[TaxClass, str] = {
    TaxClass.OUTSIDE: N_("Outside of consumption tax"),
    TaxClass.QUALIFIED: N_("10 %, registered payee"),
    TaxClass.SHARE_80: N_("10 %, not registered: 80 % deducted (to 30 September 2026)"),
    TaxClass.SHARE_70: N_("10 %, not registered: 70 % deducted (to 30 September 2028)"),
    TaxClass.SHARE_50: N_("10 %, not registered: 50 % deducted (to 30 September 2030)"),
    TaxClass.SHARE_30: N_("10 %, not registered: 30 % deducted (to 30 September 2031)"),
    TaxClass.SHARE_0: N_("10 %, not registered: nothing deducted"),
}
KINDS: Mapping[str, str] = {
    "approve": N_("Work approved"),
    "settle": N_("Paid out of the prepaid balance"),
    "topup": N_("Top-up"),
    "cancel": N_("Compensation for a cancelled contract"),
    "withhold_adjust": N_("Withheld more for one day's payments"),
    "invoice": N_("Success fee and bounty invoiced"),
    "invoice_paid": N_("Invoice paid"),
    "credit_note": N_("Success fee given back"),
    "vest": N_("Bounty vested"),
    "netted": N_("Bounty given back"),
    "chargeback": N_("Card payment taken back"),
    "refund": N_("Refund of balance"),
    "platform_invoice": N_("Difference of the monthly invoice's tax"),
    "remittance": N_("Withheld tax remitted"),
    "unexplained": N_("Unexplained"),
}
TIES: Mapping[str, tuple[str, str]] = {
    "deposit": (N_("Prepaid balance"), N_("what balance and reserves changed in the ledger")),
    "withheld": (
        N_("Income tax withheld"),
        N_("the month's withholding register; what is approved and not paid yet is carried over"),
    ),
    "platform": (N_("Platform fees with tax"), N_("the operator's invoice of the month")),
}


def package_named(name: str) -> Package:
    """Return a package by its name in addresses; the first for none. Raises NotFound for another."""
    try:
        return Package(name or Package.FREEE)
    except ValueError:
        raise NotFound from None
