"""The places in the bar, by the part in which a person comes."""

from collections.abc import Sequence

from marketplace.core.errors import N_, Message
from web.session_store import SessionInfo
from web.visit import NavItem

ALUMNUS = (
    NavItem("/home", Message(N_("Home")), "house"),
    NavItem("/work", Message(N_("Work")), "list"),
    NavItem("/earnings", Message(N_("Earnings")), "japanese-yen"),
    NavItem("/referrals", Message(N_("Referrals")), "link"),
    NavItem("/me", Message(N_("Me")), "user"),
)
COMPANY = (
    NavItem("/tasks", Message(N_("Tasks")), "briefcase"),
    NavItem("/contracts", Message(N_("Contracts")), "handshake"),
    NavItem("/alumni", Message(N_("Alumni")), "users"),
    NavItem("/bounties", Message(N_("Referrals")), "link"),
    NavItem("/money", Message(N_("Money")), "wallet"),
)
OPERATOR = (
    NavItem("/operator/money", Message(N_("Money")), "scale"),
    NavItem("/operator/reconciliation", Message(N_("Reconciliation")), "landmark"),
    NavItem("/operator/payouts", Message(N_("Payouts")), "send"),
    NavItem("/operator/companies", Message(N_("Companies")), "building-2"),
    NavItem("/operator/periods", Message(N_("Monthly close")), "calendar"),
    NavItem("/operator/records", Message(N_("Records")), "history"),
)


def places(info: SessionInfo | None) -> Sequence[NavItem]:
    """Return the bar of a person: the operator's, a company's or an alumnus's."""
    if info is None:
        return ()
    if info.is_operator:
        return OPERATOR
    acts = any(role != "alumnus" for membership in info.memberships for role in membership.roles)
    return COMPANY if acts else ALUMNUS
