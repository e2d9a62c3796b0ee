"""The places in the bar, by the part in which a person comes."""

from collections.abc import Sequence

from marketplace.companies.rules import ALUMNI_READERS
from marketplace.core.errors import N_, Message
from marketplace.funds.company import READS
from web.visit import NavItem, Visit

ALUMNUS = (
    NavItem("/home", Message(N_("Home")), "house"),
    NavItem("/work", Message(N_("Work")), "list"),
    NavItem("/referrals", Message(N_("Referrals")), "send"),
    NavItem("/earnings", Message(N_("Earnings")), "japanese-yen"),
    NavItem("/me", Message(N_("Me")), "user"),
)
COMPANY = (
    ("tasks", Message(N_("Tasks")), "briefcase"),
    ("contracts", Message(N_("Contracts")), "file-text"),
    ("bounties", Message(N_("Referrals")), "handshake"),
    ("alumni", Message(N_("Alumni")), "users"),
    ("money", Message(N_("Money")), "wallet"),
    ("settings", Message(N_("Settings")), "building-2"),
)
READERS = {"money": {"manager", *READS}, "alumni": {*ALUMNI_READERS}}
"""Who sees a place that not every member sees."""

OPERATOR = (
    NavItem("/operator", Message(N_("Money")), "scale"),
    NavItem("/operator/payouts", Message(N_("Payouts")), "send"),
    NavItem("/operator/referrals", Message(N_("Referrals")), "handshake"),
    NavItem("/operator/companies", Message(N_("Companies")), "building-2"),
    NavItem("/operator/disputes", Message(N_("Disputes")), "gavel"),
    NavItem("/operator/work", Message(N_("Jobs")), "history"),
)


def places(visit: Visit) -> Sequence[NavItem]:
    """Return the bar for the part in which the person comes: the operator's, a company's or an alumnus's."""
    if visit.hat == "operator":
        return OPERATOR
    if member := visit.member:
        roles = set(member["roles"])
        hidden = {place for place, may in READERS.items() if not roles & may}
        return [
            NavItem(f"/c/{member['slug']}/{place}", label, icon)
            for place, label, icon in COMPANY
            if place not in hidden
        ]
    return ALUMNUS if visit.info else ()
