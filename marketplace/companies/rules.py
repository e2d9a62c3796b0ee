"""What a company, a unit and a member must be: the checks that forms and actions share."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from marketplace.core.errors import N_, Invalid, Message
from marketplace.core.money import Money
from marketplace.people import spelling
from payouts import registration

ROLES = ("owner", "manager", "approver", "finance", "recruiter", "coordinator", "auditor")
ALUMNI_ROLES = ("owner", "recruiter", "coordinator")
"""Who looks after the network: imports, invites, blocks."""

ALUMNI_READERS = ("owner", "manager", "approver", "recruiter", "coordinator", "auditor")
"""Who reads cards, matches and applications: whoever chooses, judges or looks after people. Finance pays contracts
and needs nobody else's data."""

FAIRNESS_READERS = (*ALUMNI_ROLES, "auditor")
"""Who reads how groups of alumni fare: who looks after the network, and who checks. Not those whose choices it shows."""

MESSAGE_READERS = ("owner", "manager", "approver", "recruiter", "coordinator")
"""Who reads what people write to one another about work: letters of applications, words of deliveries, of changes asked
for and of disputes. Finance and auditors see that there are such words, when, and the money; not the words."""

LONGEST_AUDIT = 366
"""Days from today on which an auditor's access may end at the latest: a year."""

_SLUG = re.compile(r"[a-z0-9](-?[a-z0-9]){1,39}")
_LONGEST_NAME, _LONGEST_ADDRESS, _LONGEST_UNIT = 100, 300, 80
_MOST_APPROVAL = 100_000_000


class Problems(dict[str, Message]):
    """Wrong fields, collected one by one and raised together."""

    def line(self, field: str, text: str, most: int, *, least: int = 1) -> str:
        """Return the tidy line, noting it when it is too short, too long or cannot be shown."""
        tidy = spelling.tidy(text)
        if not least <= len(tidy) <= most or not spelling.is_showable(tidy):
            self[field] = (
                Message(N_("Please write 1 to %(most)s characters."), {"most": most})
                if least
                else Message(N_("Please write at most %(most)s characters."), {"most": most})
            )
        return tidy

    def address(self, field: str, text: str) -> str:
        """Return the mail address in its one form, noting what cannot be one."""
        address = spelling.mail_address(text)
        if address is None:
            self[field] = Message(N_("This does not look like a mail address, for example name@example.jp."))
        return address or ""

    def stop(self) -> None:
        """Raise Invalid if anything was noted."""
        if self:
            raise Invalid(fields=self)


def check_slug(slug: str, problems: Problems) -> str:
    """Return the slug, noting one that does not fit into an address."""
    slug = slug.strip().lower()
    if not _SLUG.fullmatch(slug):
        problems["slug"] = Message(
            N_("Please write 2 to 40 small letters, digits and single hyphens, for example aozora-shoji.")
        )
    return slug


def check_details(name: str, name_en: str, address: str, number: str, problems: Problems) -> tuple[str, ...]:
    """Return the tidy details of a company, noting each wrong one."""
    registered = registration.normalise(number)
    if registered and not registration.is_valid(registered):
        problems["registration_number"] = Message(
            N_("This is not a registration number: T and 13 digits, whose first digit checks the others.")
        )
    return (
        problems.line("name", name, _LONGEST_NAME),
        problems.line("name_en", name_en, _LONGEST_NAME, least=0),
        problems.line("address", address, _LONGEST_ADDRESS, least=0),
        registered,
    )


def check_unit(name: str, site: str, limit: Money, problems: Problems) -> tuple[str, str]:
    """Return the tidy name and site of a unit, noting a wrong name, site or limit."""
    if not 0 <= limit.amount <= _MOST_APPROVAL or limit.currency != "JPY":
        problems["approval_limit"] = Message(N_("Please write an amount from ¥0 to ¥100,000,000."))
    return problems.line("name", name, _LONGEST_UNIT), problems.line("site", site, _LONGEST_UNIT, least=0)


def check_roles(roles: Iterable[str], problems: Problems) -> list[str]:
    """Return the roles in their usual order, noting none at all or an unknown one."""
    chosen = set(roles)
    if not chosen or not chosen <= set(ROLES):
        problems["roles"] = Message(N_("Please choose at least one role."))
    return [role for role in ROLES if role in chosen]


def check_last_day(roles: Iterable[str], until: date | None, today: date, problems: Problems) -> date | None:
    """Return an auditor's last day, noting one that is missing, over or too far away; other roles have none.

    An auditor changes nothing, so the role stands alone.
    """
    if "auditor" not in roles:
        return None
    if set(roles) != {"auditor"}:
        problems["roles"] = Message(
            N_("An auditor changes nothing, so this role stands alone. Please choose either it or others.")
        )
    if until is None:
        problems["until"] = Message(N_("An auditor's access ends. Please give its last day."))
    elif not today <= until <= today + timedelta(days=LONGEST_AUDIT):
        problems["until"] = Message(
            N_("Please give a day from today to %(last)s."),
            {"last": (today + timedelta(days=LONGEST_AUDIT)).isoformat()},
        )
    return until


def check_member(
    name: str, email: str, roles: Iterable[str], problems: Problems
) -> tuple[str, str, list[str]]:
    """Return a member's tidy name, address and roles, noting each wrong one."""
    return (
        problems.line("name", name, _LONGEST_NAME),
        problems.address("email", email),
        check_roles(roles, problems),
    )
