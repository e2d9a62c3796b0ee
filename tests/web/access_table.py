"""Who may see and do what: one row for each route of the application.

A route that is not here fails the test. `company(…)` names the roles that may, the other members are told that they
may not (403); everybody else sees no such page (404), and nobody signed in is led to the sign-in page.
"""

from dataclasses import dataclass, field

MEMBERS = frozenset({"owner", "manager", "approver", "finance", "recruiter", "coordinator", "auditor"})
SIGNED_IN = MEMBERS | {"alumnus", "other", "newcomer", "stranger", "outsider", "operator"}
EVERYBODY = SIGNED_IN | {"anonymous"}


@dataclass(frozen=True)
class Rule:
    """Who sees a thing of our company or of the shared alumna, who is told no; which thing stands in which place."""

    sees: frozenset[str]
    told: frozenset[str] = frozenset()
    things: dict[str, str] = field(default_factory=dict)
    leads: bool = True
    own_proof: bool = False


def public(**things: str) -> Rule:
    """Everybody may come, signed in or not."""
    return Rule(EVERYBODY, things=things)


def oneself(**things: str) -> Rule:
    """Everybody who is signed in has this page; it is about that person."""
    return Rule(SIGNED_IN, things=things)


def alumnus(*parts: str, **things: str) -> Rule:
    """Only the alumnus to whom the thing belongs, by default the shared alumna."""
    return Rule(frozenset(parts or {"alumnus"}), things=things)


def company(*roles: str, **things: str) -> Rule:
    """Members of the company with one of these roles, by default all; the others are told no."""
    may = frozenset(roles) or MEMBERS
    return Rule(may, MEMBERS - may, things)


def operator(**things: str) -> Rule:
    """Only the operator."""
    return Rule(frozenset({"operator"}), things=things)


def nobody(**things: str) -> Rule:
    """Nobody: outside of the demonstration these pages do not exist."""
    return Rule(frozenset(), things=things, leads=False)


NETWORK = ("owner", "recruiter", "coordinator")

ACCESS: dict[str, Rule] = {
    # The front, and the ways in and out.
    "GET /": public(),
    "GET /health": public(),
    "GET /static/{name}": public(name="file"),
    "GET /styleguide": public(),
    "POST /styleguide": public(),
    "GET /sign-in": public(),
    "POST /sign-in": public(),
    "GET /sign-in/sent": public(),
    "GET /sign-in/{token}": public(),
    "POST /sign-in/{token}": public(),
    "POST /sign-out": public(),
    "POST /sign-out/everywhere": oneself(),
    "GET /demo": nobody(),
    "GET /demo/inbox": nobody(),
    "GET /demo/inbox/{number}": nobody(number="letter"),
    "POST /demo/people/{person}/session": nobody(),
    # Oneself.
    "GET /notices": oneself(),
    "POST /notices/reading": oneself(),
    "POST /notices/{notice}/opening": alumnus(),
    "GET /me": oneself(),
    "GET /me/account": oneself(),
    "POST /me/account": oneself(),
    "GET /me/conditions": oneself(),
    "POST /me/conditions": oneself(),
    "GET /me/skills": oneself(),
    "POST /me/skills": oneself(),
    "GET /me/skills/suggestions": oneself(),
    "POST /me/skills/{skill}/removal": alumnus("alumnus", "other", "outsider"),
    "GET /me/time": oneself(),
    "POST /me/time/week": oneself(),
    "POST /me/time/confirmation": oneself(),
    "POST /me/time/exceptions": oneself(),
    "POST /me/time/exceptions/{exception}/removal": alumnus(),
    # An alumnus's networks.
    "GET /welcome/{membership}": alumnus("newcomer", membership="membership:newcomer"),
    "POST /welcome/{membership}/consent": alumnus("newcomer", membership="membership:newcomer"),
    "POST /welcome/{membership}/refusal": alumnus("newcomer", membership="membership:newcomer"),
    "GET /me/networks/{membership}": alumnus(),
    "POST /me/networks/{membership}/intents": alumnus(),
    "POST /me/networks/{membership}/pause": alumnus(),
    "POST /me/networks/{membership}/return": alumnus(),
    "POST /me/networks/{membership}/leaving": alumnus(),
    # A company's network.
    "GET /c/{slug}/alumni": company(),
    "GET /c/{slug}/alumni/export.csv": company(*NETWORK),
    "POST /c/{slug}/alumni/invitations": company(*NETWORK),
    "GET /c/{slug}/alumni/{membership}": company(),
    "POST /c/{slug}/alumni/{membership}/invitation": company(*NETWORK),
    "POST /c/{slug}/alumni/{membership}/block": company(*NETWORK),
    "POST /c/{slug}/alumni/{membership}/unblock": company(*NETWORK),
    "GET /c/{slug}/alumni/import": company(*NETWORK),
    "POST /c/{slug}/alumni/import": company(*NETWORK),
    "GET /c/{slug}/alumni/import/sample.csv": company(),
    "GET /c/{slug}/alumni/import/{number}": company(*NETWORK, number="import"),
    "GET /c/{slug}/alumni/import/{number}/refused.csv": company(*NETWORK, number="import"),
    "POST /c/{slug}/alumni/import/{number}/confirmation": company(*NETWORK, number="import"),
    "POST /c/{slug}/alumni/import/{number}/discarding": company(*NETWORK, number="import"),
    # A company's settings.
    "GET /c/{slug}/settings": company(),
    "GET /c/{slug}/settings/details": company("owner"),
    "POST /c/{slug}/settings/details": company("owner"),
    "GET /c/{slug}/settings/units/new": company("owner"),
    "POST /c/{slug}/settings/units": company("owner"),
    "GET /c/{slug}/settings/units/{unit}": company("owner"),
    "POST /c/{slug}/settings/units/{unit}": company("owner"),
    "POST /c/{slug}/settings/units/{unit}/removal": company("owner"),
    "GET /c/{slug}/settings/members/new": company("owner"),
    "POST /c/{slug}/settings/members": company("owner"),
    "GET /c/{slug}/settings/members/{member}": company("owner"),
    "POST /c/{slug}/settings/members/{member}": company("owner"),
    "POST /c/{slug}/settings/members/{member}/link": company("owner"),
    "POST /c/{slug}/settings/members/{member}/removal": company("owner"),
    # The operator.
    "GET /operator/companies": operator(),
    "GET /operator/companies/new": operator(),
    "POST /operator/companies": operator(),
    "GET /operator/companies/{slug}": operator(),
    "POST /operator/companies/{slug}/terms": operator(),
    "POST /operator/companies/{slug}/owners": operator(),
    "POST /operator/companies/{slug}/members/{member}/link": operator(),
    "GET /operator": operator(),
    "GET /operator/accounts": operator(),
    "GET /operator/accounts/{number}": operator(number="account"),
    "GET /operator/transfers": operator(),
    "GET /operator/transfers/{number}": operator(number="transfer"),
    "GET /operator/switches/{name}": operator(name="switch"),
    "POST /operator/switches/{name}/stop": operator(name="switch"),
    "POST /operator/switches/{name}/restart": operator(name="switch"),
    "GET /operator/work": operator(),
    "POST /operator/work/jobs/{job}/retry": operator(),
    "POST /operator/clock": operator(),
}
