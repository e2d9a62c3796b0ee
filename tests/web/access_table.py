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
    """Who sees a thing of our company or of the shared alumna, who is told no; which thing stands in which place.

    `leads`: nobody signed in is led to the sign-in page. `own_proof`: a door that asks for a signature instead of the
    form's token. `far`: the answer comes from the payment provider, so that 503 is an answer too.
    """

    sees: frozenset[str]
    told: frozenset[str] = frozenset()
    things: dict[str, str] = field(default_factory=dict)
    leads: bool = True
    own_proof: bool = False
    far: bool = False


def public(**things: str) -> Rule:
    """Everybody may come, signed in or not."""
    return Rule(EVERYBODY, things=things)


def oneself(**things: str) -> Rule:
    """Everybody who is signed in has this page; it is about that person."""
    return Rule(SIGNED_IN, things=things)


def provider() -> Rule:
    """Everybody who is signed in is led on to the payment provider, who may be out of reach."""
    return Rule(SIGNED_IN, far=True)


def hook() -> Rule:
    """Programs that prove themselves; nobody else is believed."""
    return Rule(frozenset(), own_proof=True)


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


MANAGERS = ("owner", "manager")
APPROVERS = ("owner", "approver")
DECIDE = ("owner", "manager", "approver")
READ_MONEY = ("owner", "finance", "auditor")
MOVE_MONEY = ("owner", "finance")
POST_BOUNTIES = ("owner", "manager", "recruiter")
READ_ALUMNI = ("owner", "manager", "approver", "recruiter", "coordinator", "auditor")
NETWORK = ("owner", "recruiter", "coordinator")
RECRUIT = ("owner", "manager", "recruiter")
ASKERS = ("owner", "manager", "recruiter", "coordinator")

ACCESS: dict[str, Rule] = {
    # The front, and the ways in and out.
    "GET /": public(),
    "GET /health": public(),
    "GET /static/{name}": public(name="asset"),
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
    "GET /words/suggestions": oneself(),
    "POST /me/words/{mention}/removal": alumnus(),
    "POST /me/skills/{skill}/removal": alumnus("alumnus", "other", "outsider"),
    "GET /me/time": oneself(),
    "POST /me/time/week": oneself(),
    "POST /me/time/confirmation": oneself(),
    "POST /me/time/exceptions": oneself(),
    "POST /me/time/exceptions/{exception}/removal": alumnus(),
    "POST /me/time/zone": oneself(),
    "GET /me/calendar": oneself(),
    "POST /me/calendar/file": oneself(),
    "POST /me/calendar/{layer}/keeping": alumnus(),
    "POST /me/calendar/{layer}/removal": alumnus(),
    "POST /me/calendar/subscription": oneself(),
    "POST /me/calendar/subscription/reading": alumnus("alumnus", "outsider"),
    "POST /me/calendar/subscription/removal": alumnus("alumnus", "outsider"),
    "POST /me/calendar/feed": oneself(),
    "POST /me/calendar/feed/removal": alumnus("alumnus", "outsider"),
    "GET /me/asks/{number}": alumnus(number="answer"),
    "POST /me/asks/{number}": alumnus(number="answer"),
    # What a secret address opens: a feed, the buttons of a mail.
    "GET /calendar/{name}": public(name="feed"),
    "GET /still-holds/{token}": public(token="still_holds"),
    "POST /still-holds/{token}": public(token="still_holds"),
    "GET /asked/{token}": public(token="asked"),
    "POST /asked/{token}": public(token="asked"),
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
    "GET /c/{slug}/alumni": company(*READ_ALUMNI),
    "GET /c/{slug}/alumni/export.csv": company(*NETWORK),
    "POST /c/{slug}/alumni/invitations": company(*NETWORK),
    "GET /c/{slug}/alumni/{membership}": company(*READ_ALUMNI),
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
    "GET /c/{slug}/availability": company(*READ_ALUMNI),
    "GET /c/{slug}/availability/new": company(*ASKERS),
    "POST /c/{slug}/availability": company(*ASKERS),
    "GET /c/{slug}/availability/{number}": company(*READ_ALUMNI, number="ask"),
    "GET /c/{slug}/availability/{number}/answers.csv": company(*READ_ALUMNI, number="ask"),
    "POST /c/{slug}/availability/{number}/closure": company(*ASKERS, number="ask"),
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
    "GET /c/{slug}/reconciliation": company(*READ_MONEY),
    "GET /c/{slug}/reconciliation.csv": company(*READ_MONEY),
    # The operator.
    "GET /operator/companies": operator(),
    "GET /operator/companies/new": operator(),
    "POST /operator/companies": operator(),
    "GET /operator/companies/{slug}": operator(),
    "POST /operator/companies/{slug}/terms": operator(),
    "POST /operator/companies/{slug}/country": operator(),
    "POST /operator/companies/{slug}/owners": operator(),
    "POST /operator/companies/{slug}/stop": operator(),
    "POST /operator/companies/{slug}/publishing": operator(),
    "GET /operator/companies/{slug}/contracts": operator(),
    "GET /operator/contracts/{contract}": operator(),
    "POST /operator/contracts/{contract}/cancellation": operator(),
    "POST /operator/companies/{slug}/members/{member}/link": operator(),
    "GET /operator/words": operator(),
    "GET /operator/words/{word}": operator(),
    "POST /operator/words/{word}/acceptance": operator(),
    "POST /operator/words/{word}/setting-aside": operator(),
    "POST /operator/words/{word}/return": operator(),
    "GET /operator": operator(),
    "GET /operator/accounts": operator(),
    "GET /operator/accounts/{number}": operator(number="account"),
    "GET /operator/transfers": operator(),
    "GET /operator/transfers/{number}": operator(number="transfer"),
    # Closing months: the ledger's.
    "GET /operator/closing": operator(),
    "GET /operator/closing/{month}": operator(month="closing_month"),
    "POST /operator/closing/{month}/soft-close": operator(month="closing_month"),
    "POST /operator/closing/{month}/close": operator(month="closing_month"),
    "POST /operator/closing/{month}/stop": operator(month="closing_month"),
    "POST /operator/closing/{month}/resumption": operator(month="closing_month"),
    "POST /operator/closing/{month}/opening": operator(month="closing_month"),
    "POST /operator/closing/{month}/opening/grant": operator(month="closing_month"),
    "POST /operator/closing/{month}/opening/refusal": operator(month="closing_month"),
    "GET /operator/closing/{month}/packages/{version}": operator(
        month="closing_month", version="closing_version"
    ),
    "GET /operator/reconciliation": operator(),
    "POST /operator/reconciliation/runs": operator(),
    "POST /operator/reconciliation/runs/{run}/stop": operator(),
    "POST /operator/reconciliation/runs/{run}/resumption": operator(),
    "GET /operator/reconciliation/accounts": operator(),
    "GET /operator/reconciliation/accounts/{account}": operator(account="provider_account"),
    "GET /operator/reconciliation/breaks": operator(),
    "GET /operator/reconciliation/breaks.csv": operator(),
    "GET /operator/reconciliation/breaks/{number}": operator(number="break"),
    "POST /operator/reconciliation/breaks/{number}/taking": operator(number="break"),
    "POST /operator/reconciliation/breaks/{number}/notes": operator(number="break"),
    "POST /operator/reconciliation/breaks/{number}/evidence": operator(number="break"),
    "GET /operator/reconciliation/breaks/{number}/evidence/{file}": operator(number="break", file="evidence"),
    "POST /operator/reconciliation/breaks/{number}/resolution": operator(number="break"),
    "POST /operator/reconciliation/breaks/{number}/approval": operator(number="break"),
    "POST /operator/reconciliation/breaks/{number}/refusal": operator(number="break"),
    "GET /operator/reconciliation/bank": operator(),
    "GET /operator/reconciliation/bank.csv": operator(),
    "POST /operator/reconciliation/bank/files": operator(),
    "GET /operator/reconciliation/bank/files/{number}": operator(number="bank_file"),
    "POST /operator/reconciliation/bank/files/{number}/layout": operator(number="bank_file"),
    "POST /operator/reconciliation/bank/files/{number}/confirmation": operator(number="bank_file"),
    "POST /operator/reconciliation/bank/files/{number}/discarding": operator(number="bank_file"),
    "GET /operator/bank-payments": operator(),
    "POST /operator/bank-payments": operator(),
    "POST /operator/bank-payments/bookings/{source}": Rule(frozenset()),  # nothing has left Stripe
    "GET /operator/bank-payments/{file}": operator(file="transfer_file"),
    "GET /operator/bank-payments/{file}/transfers.csv": operator(file="transfer_file"),
    "POST /operator/bank-payments/{file}/check": operator(file="transfer_file"),
    "POST /operator/bank-payments/{file}/download": operator(file="transfer_file"),
    "POST /operator/bank-payments/{file}/cancelling": operator(file="transfer_file"),
    "POST /operator/bank-payments/{file}/results": operator(file="transfer_file"),
    "POST /operator/bank-payments/{file}/said": operator(file="transfer_file"),
    "POST /operator/bank-payments/results/{result}/agreement": operator(result="transfer_result"),
    "POST /operator/bank-payments/results/{result}/refusal": operator(result="transfer_result"),
    "GET /operator/switches/{name}": operator(name="switch"),
    "POST /operator/switches/{name}/stop": operator(name="switch"),
    "POST /operator/switches/{name}/restart": operator(name="switch"),
    "GET /operator/referrals": operator(),
    "GET /operator/work": operator(),
    "POST /operator/work/jobs/{job}/retry": operator(),
    "POST /operator/clock": operator(),
    "GET /operator/disputes": operator(),
    "GET /operator/disputes/{dispute}": operator(),
    "GET /operator/disputes/{dispute}/files/{file}": operator(file="disputed_file"),
    "POST /operator/disputes/{dispute}/resolution": operator(),
    "GET /operator/flags": operator(),
    "GET /operator/flags/{flag}": operator(),
    "POST /operator/flags/{flag}/decision": operator(),
    # A company's tasks.
    "GET /c/{slug}/bounties": company(),
    "GET /c/{slug}/bounties/export.csv": company(),
    "GET /c/{slug}/bounties/new": company(*POST_BOUNTIES),
    "POST /c/{slug}/bounties": company(*POST_BOUNTIES),
    "POST /c/{slug}/bounties/check": company(*POST_BOUNTIES),
    "GET /c/{slug}/bounties/import": company(*POST_BOUNTIES),
    "POST /c/{slug}/bounties/import": company(*POST_BOUNTIES),
    "GET /c/{slug}/bounties/import/{made}": company(*POST_BOUNTIES, made="bounty_report"),
    "GET /c/{slug}/bounties/import/sample.csv": company(*POST_BOUNTIES),
    "GET /c/{slug}/bounties/{bounty}": company(),
    "GET /c/{slug}/bounties/{bounty}/edit": company(*POST_BOUNTIES),
    "POST /c/{slug}/bounties/{bounty}/edit": company(*POST_BOUNTIES),
    "POST /c/{slug}/bounties/{bounty}/publication": company(*POST_BOUNTIES),
    "POST /c/{slug}/bounties/{bounty}/pause": company(*POST_BOUNTIES),
    "POST /c/{slug}/bounties/{bounty}/resumption": company(*POST_BOUNTIES),
    "POST /c/{slug}/bounties/{bounty}/closure": company(*POST_BOUNTIES),
    "GET /c/{slug}/settings/permissions": company(),
    "POST /c/{slug}/settings/permissions": company("owner"),
    "POST /c/{slug}/settings/permissions/{licence}/withdrawal": company("owner"),
    "GET /c/{slug}/settings/permissions/{licence}/document": company(),
    "GET /operator/licences": operator(),
    "POST /operator/licences": operator(),
    "POST /operator/licences/{licence}/signature": operator(),
    "POST /operator/licences/{licence}/withdrawal": operator(),
    "GET /operator/licences/{licence}/document": operator(),
    "GET /operator/reviews": operator(),
    "GET /operator/reviews/{review}": operator(),
    "POST /operator/reviews/{review}/decision": operator(),
    "GET /c/{slug}/tasks": company(),
    "GET /c/{slug}/tasks/new": company(*MANAGERS),
    "GET /c/{slug}/tasks/fairness": company(*NETWORK, "auditor"),
    "GET /c/{slug}/tasks/fairness.csv": company(*NETWORK, "auditor"),
    "POST /c/{slug}/tasks": company(*MANAGERS),
    "POST /c/{slug}/tasks/check": company(*MANAGERS),
    "GET /c/{slug}/tasks/assignment": company(*MANAGERS),
    "POST /c/{slug}/tasks/assignment": company(*MANAGERS),
    "GET /c/{slug}/tasks/assignment/{number}": company(*MANAGERS, number="assignment"),
    "POST /c/{slug}/tasks/assignment/{number}/choice": company(*MANAGERS, number="assignment"),
    "GET /c/{slug}/tasks/assignment/{number}/sending": company(*MANAGERS, number="assignment"),
    "POST /c/{slug}/tasks/assignment/{number}/sending": company(*MANAGERS, number="assignment"),
    "POST /c/{slug}/tasks/assignment/{number}/cancellation": company(*MANAGERS, number="assignment"),
    "POST /c/{slug}/tasks/assignment/{number}/renewal": company(*MANAGERS, number="assignment"),
    "GET /c/{slug}/tasks/assignment/{number}/proposal.csv": company(*MANAGERS, number="assignment"),
    "GET /c/{slug}/tasks/{task}/substitutes/{number}": company(
        *MANAGERS, task="task:concluded", number="substitution"
    ),
    "POST /c/{slug}/tasks/{task}/substitutes/{number}/acceptance": company(
        *MANAGERS, task="task:concluded", number="substitution"
    ),
    "POST /c/{slug}/tasks/{task}/substitutes/{number}/refusal": company(
        *MANAGERS, task="task:concluded", number="substitution"
    ),
    "POST /c/{slug}/tasks/reach": company(*MANAGERS),
    "GET /c/{slug}/tasks/{task}/reach": company(*MANAGERS),
    "GET /c/{slug}/tasks/{task}": company(),
    "GET /c/{slug}/tasks/{task}/edit": company(*MANAGERS),
    "POST /c/{slug}/tasks/{task}/edit": company(*MANAGERS),
    "POST /c/{slug}/tasks/{task}/publication": company(*MANAGERS),
    "POST /c/{slug}/tasks/{task}/withdrawal": company(*MANAGERS),
    "POST /c/{slug}/tasks/{task}/copy": company(*MANAGERS),
    "POST /c/{slug}/tasks/{task}/pause": company(*MANAGERS),
    "POST /c/{slug}/tasks/{task}/resumption": company(*MANAGERS),
    "POST /c/{slug}/tasks/{task}/contentment": company(*MANAGERS),
    "GET /c/{slug}/tasks/{task}/cancellation": company(*MANAGERS),
    "POST /c/{slug}/tasks/{task}/cancellation": company(*MANAGERS),
    "GET /c/{slug}/tasks/{task}/approval": company(task="approval"),
    "POST /c/{slug}/tasks/{task}/approval": company(*APPROVERS, task="approval"),
    "POST /c/{slug}/tasks/{task}/return": company(*APPROVERS, task="approval"),
    "GET /c/{slug}/tasks/{task}/change": company(task="change"),
    "POST /c/{slug}/tasks/{task}/change": company(*APPROVERS, task="change"),
    "POST /c/{slug}/tasks/{task}/change/return": company(*APPROVERS, task="change"),
    "POST /c/{slug}/tasks/{task}/change/withdrawal": company(*MANAGERS, task="change"),
    "GET /c/{slug}/tasks/{task}/matches": company(*READ_ALUMNI),
    "POST /c/{slug}/tasks/{task}/weights": company(*MANAGERS),
    "POST /c/{slug}/tasks/{task}/invitations": company(*MANAGERS),
    "GET /c/{slug}/tasks/{task}/applications": company(*READ_ALUMNI, task="board"),
    "POST /c/{slug}/tasks/{task}/applications/{application}/choice": company(*MANAGERS, task="board"),
    "POST /c/{slug}/tasks/{task}/applications/{application}/refusal": company(*MANAGERS, task="board"),
    # A contract, from both sides.
    "GET /c/{slug}/contracts": company(),
    "GET /c/{slug}/contracts/{contract}": company(),
    "GET /c/{slug}/contracts/{contract}/terms.pdf": company(),
    "GET /c/{slug}/contracts/{contract}/evidence.zip": company(),
    "GET /c/{slug}/contracts/{contract}/files/{file}": company(),
    "POST /c/{slug}/contracts/{contract}/approval": company(*DECIDE),
    "GET /c/{slug}/contracts/{contract}/change-request": company(*DECIDE),
    "POST /c/{slug}/contracts/{contract}/change-request": company(*DECIDE),
    "GET /c/{slug}/contracts/{contract}/cancellation": company(*DECIDE),
    "POST /c/{slug}/contracts/{contract}/cancellation": company(*DECIDE),
    "GET /c/{slug}/contracts/{contract}/dispute": company(*DECIDE),
    "POST /c/{slug}/contracts/{contract}/dispute": company(*DECIDE),
    "POST /c/{slug}/contracts/{contract}/dispute/answer": company(*DECIDE, contract="disputed"),
    "GET /c/{slug}/contracts/{contract}/review": company(*DECIDE, contract="approved"),
    "POST /c/{slug}/contracts/{contract}/review": company(*DECIDE, contract="approved"),
    "GET /contracts/{contract}": alumnus(),
    "GET /contracts/{contract}/terms.pdf": alumnus(),
    "GET /contracts/{contract}/evidence.zip": alumnus(),
    "GET /contracts/{contract}/files/{file}": alumnus(),
    "GET /contracts/{contract}/delivery": alumnus(contract="concluded"),
    "POST /contracts/{contract}/delivery": alumnus(contract="concluded"),
    "GET /contracts/{contract}/withdrawal": alumnus(contract="concluded"),
    "POST /contracts/{contract}/withdrawal": alumnus(contract="concluded"),
    "GET /contracts/{contract}/dispute": alumnus(),
    "POST /contracts/{contract}/dispute": alumnus(),
    "POST /contracts/{contract}/dispute/answer": alumnus(contract="disputed"),
    "GET /contracts/{contract}/review": alumnus(contract="approved"),
    "POST /contracts/{contract}/review": alumnus(contract="approved"),
    # Earnings, and the way to be paid.
    "GET /earnings": oneself(),
    "GET /earnings/statement.csv": oneself(),
    "GET /earnings/statements": oneself(),
    "GET /earnings/statements/{statement}": alumnus(),
    "GET /earnings/statements/{statement}/papers/{name}": alumnus(name="statement_paper"),
    "POST /earnings/statements/{statement}/confirmation": alumnus(),
    "POST /earnings/statements/{statement}/dispute": alumnus(),
    "POST /earnings/early": oneself(),
    "POST /earnings/items/{item}/early": alumnus(),
    "GET /me/payout": oneself(),
    "GET /me/payout/again": provider(),
    "GET /me/payout/return": provider(),
    "POST /me/payout/onboarding": provider(),
    "POST /me/payout/check": provider(),
    "POST /me/payout/bank": Rule(frozenset()),  # nobody has an account at the provider yet
    "POST /me/payout/tax-profile": oneself(),
    "GET /me/payout/account": oneself(),
    "POST /me/payout/account": oneself(),
    "GET /me/payout/account/suggestions": oneself(),
    "POST /me/payout/account/leaving": oneself(),
    # Doors with a proof of their own.
    "POST /hooks/stripe/{source}": hook(),
    "POST /hooks/ats/{slug}": hook(),
    # Referrals, from both sides.
    "GET /c/{slug}/referrals": company(),
    "GET /c/{slug}/referrals/referrals.csv": company(),
    "GET /c/{slug}/referrals/numbers": company(),
    "GET /c/{slug}/referrals/{claim}": company(claim="claim:open"),
    "GET /c/{slug}/referrals/{claim}/steps/{name}": company(*RECRUIT, name="step", claim="claim:open"),
    "POST /c/{slug}/referrals/{claim}/steps/{name}": company(*RECRUIT, name="step", claim="claim:open"),
    "POST /c/{slug}/referrals/{claim}/undoing": company(*RECRUIT, claim="claim:open"),
    "GET /c/{slug}/referrals/{claim}/plan": company(*RECRUIT, claim="claim:open"),
    "POST /c/{slug}/referrals/{claim}/plan": company(*RECRUIT, claim="claim:open"),
    "POST /c/{slug}/referrals/{claim}/care": company(*RECRUIT, claim="claim:open"),
    "GET /c/{slug}/referrals/{claim}/success": company(*RECRUIT, claim="claim:open"),
    "POST /c/{slug}/referrals/{claim}/success": company(*RECRUIT, claim="claim:open"),
    "GET /c/{slug}/referrals/{claim}/leaving": company(*RECRUIT, claim="claim:succeeded"),
    "POST /c/{slug}/referrals/{claim}/leaving": company(*RECRUIT, claim="claim:succeeded"),
    "GET /c/{slug}/settings/ats": company("owner"),
    "POST /c/{slug}/settings/ats/secret": company("owner"),
    "POST /c/{slug}/settings/ats/removal": company("owner"),
    "POST /c/{slug}/settings/ats/retries": company("owner"),
    "GET /referrals/{claim}": alumnus(),
    "POST /referrals/flags/{flag}/appeal": alumnus(),
    "GET /referrals/expected": oneself(),
    # An alumnus's home and work.
    "GET /home": oneself(),
    "POST /home/availability": oneself(),
    "GET /work": oneself(),
    "GET /work/tasks/{task}": alumnus("alumnus", "other"),
    "POST /work/tasks/{task}/refusal": alumnus("alumnus", "other"),
    "POST /work/tasks/{task}/application": alumnus("alumnus", "other", task="board"),
    "POST /work/tasks/{task}/waitlist": alumnus("alumnus", "other"),
    "POST /work/tasks/{task}/waitlist/leaving": alumnus("alumnus", "other"),
    "GET /work/substitutions/{number}": alumnus("other", number="substitution"),
    "POST /work/substitutions/{number}/agreement": alumnus("other", number="substitution"),
    "POST /work/substitutions/{number}/refusal": alumnus("other", number="substitution"),
    "GET /contracts/{contract}/substitute": alumnus(contract="concluded"),
    "POST /contracts/{contract}/substitute": alumnus(contract="concluded"),
    "POST /contracts/{contract}/substitutes/{number}/taking-back": alumnus(
        contract="concluded", number="substitution"
    ),
    "POST /work/invitations/{invitation}/acceptance": alumnus(),
    "POST /work/applications/{application}/withdrawal": alumnus(),
    "POST /work/applications/{application}/confirmation": alumnus(),
    # An alumnus's referrals, and the candidate's page: its token is the proof.
    "GET /referrals": oneself(),
    "GET /referrals/bounties/{bounty}": alumnus("alumnus", "other"),
    "POST /referrals/bounties/{bounty}/claims": alumnus("alumnus", "other"),
    "POST /referrals/{claim}/taking-back": alumnus(),
    "GET /referrals/{claim}/receipt.txt": alumnus(),
    "GET /referrals/receipts/verify": public(),
    "POST /referrals/receipts/verify": public(),
    "GET /r/{token}": public(token="consent"),
    "POST /r/{token}/letter": public(token="consent"),
    "POST /r/{token}/consent": public(token="consent"),
    "POST /r/{token}/refusal": public(token="consent"),
    "POST /r/{token}/withdrawal": public(token="consent"),
    "GET /c/{slug}/settings/known": company("owner"),
    "POST /c/{slug}/settings/known": company("owner"),
    # A company's money.
    "GET /c/{slug}/money": company("manager", *READ_MONEY),
    "GET /c/{slug}/money/statement.csv": company(*READ_MONEY),
    "GET /c/{slug}/money/payments": company(*READ_MONEY),
    "GET /c/{slug}/money/payouts": company(*READ_MONEY),
    "GET /c/{slug}/money/payouts.csv": company(*READ_MONEY),
    "GET /c/{slug}/money/payouts/{item}": company(*READ_MONEY),
    "GET /c/{slug}/money/bank": company(*READ_MONEY),
    "GET /c/{slug}/money/arrival": Rule(frozenset(), told=MEMBERS - set(READ_MONEY)),  # nobody has paid in
    "GET /c/{slug}/money/top-up": company(*MOVE_MONEY),
    "POST /c/{slug}/money/top-ups": company(*MOVE_MONEY),
    "GET /c/{slug}/money/refund": company(*MOVE_MONEY),
    "POST /c/{slug}/money/refunds": company(*MOVE_MONEY),
    "POST /c/{slug}/money/debt": company(*MOVE_MONEY),
    "POST /c/{slug}/money/items/{item}/category": company(*MOVE_MONEY),
    # Invoices of success fees.
    "GET /c/{slug}/statements": company(*READ_MONEY),
    "GET /c/{slug}/statements.csv": company(*READ_MONEY),
    "POST /c/{slug}/statements/work": company(*MOVE_MONEY),
    "POST /c/{slug}/statements/stop": company(*MOVE_MONEY),
    "GET /c/{slug}/statements/{statement}": company(*READ_MONEY),
    "GET /c/{slug}/statements/{statement}/papers/{name}": company(*READ_MONEY, name="statement_paper"),
    "POST /c/{slug}/statements/{statement}/answer": company(*MOVE_MONEY),
    "GET /c/{slug}/platform-invoices": company(*READ_MONEY),
    "GET /c/{slug}/platform-invoices/{invoice}/papers/{name}": company(
        *READ_MONEY, invoice="platform_invoice", name="statement_paper"
    ),
    # Closing months: a company's.
    "GET /c/{slug}/closing": company(*READ_MONEY),
    "GET /c/{slug}/closing/{month}": company(*READ_MONEY, month="closing_month"),
    "POST /c/{slug}/closing/{month}/soft-close": company(*MOVE_MONEY, month="closing_month"),
    "POST /c/{slug}/closing/{month}/close": company(*MOVE_MONEY, month="closing_month"),
    "POST /c/{slug}/closing/{month}/stop": company(*MOVE_MONEY, month="closing_month"),
    "POST /c/{slug}/closing/{month}/resumption": company(*MOVE_MONEY, month="closing_month"),
    "POST /c/{slug}/closing/{month}/opening": company(*MOVE_MONEY, month="closing_month"),
    "POST /c/{slug}/closing/{month}/opening/grant": company(*MOVE_MONEY, month="closing_month"),
    "POST /c/{slug}/closing/{month}/opening/refusal": company(*MOVE_MONEY, month="closing_month"),
    "GET /c/{slug}/closing/{month}/packages/{version}": company(
        *READ_MONEY, month="closing_month", version="closing_version"
    ),
    "GET /c/{slug}/journal": company(*READ_MONEY),
    "POST /c/{slug}/journal/exports": company(*MOVE_MONEY),
    "GET /c/{slug}/journal/accounts": company(*READ_MONEY),
    "POST /c/{slug}/journal/accounts": company(*MOVE_MONEY),
    "POST /c/{slug}/journal/accounts/defaults": company(*MOVE_MONEY),
    "GET /c/{slug}/documents": company(*READ_MONEY),
    "GET /c/{slug}/documents.csv": company(*READ_MONEY),
    "GET /c/{slug}/documents/{document}": company(*READ_MONEY),
    "GET /c/{slug}/documents/{document}/papers/{name}": company(*READ_MONEY, name="statement_paper"),
    "POST /c/{slug}/documents/packages": company(*MOVE_MONEY),
    "GET /c/{slug}/documents/packages/{package}": company(*READ_MONEY),
    "GET /c/{slug}/documents/packages/{package}/documents.zip": company(*READ_MONEY),
    "POST /c/{slug}/documents/packages/{package}/stop": company(*MOVE_MONEY),
    "POST /c/{slug}/documents/packages/{package}/resumption": company(*MOVE_MONEY),
    "GET /c/{slug}/forecast": company(*READ_MONEY),
    "GET /c/{slug}/forecast.csv": company(*READ_MONEY),
    "GET /c/{slug}/withholding": company(*READ_MONEY),
    "GET /c/{slug}/withholding.csv": company(*READ_MONEY),
    "POST /c/{slug}/withholding/remittances": company(*MOVE_MONEY),
    "GET /c/{slug}/withholding/records": company(*READ_MONEY),
    "GET /c/{slug}/withholding/records.csv": company(*READ_MONEY),
    "GET /c/{slug}/withholding/records/{person}/{name}": company(
        *READ_MONEY, person="payee", name="statement_paper"
    ),
    "GET /operator/forecast": operator(),
    "GET /operator/forecast.csv": operator(),
    "GET /operator/platform-invoices": operator(),
    "GET /operator/platform-invoices.csv": operator(),
    "POST /operator/platform-invoices": operator(),
    "GET /operator/platform-invoices/{invoice}/papers/{name}": operator(
        invoice="platform_invoice", name="statement_paper"
    ),
    "GET /c/{slug}/money/invoices": company(*READ_MONEY),
    "GET /c/{slug}/money/invoices.csv": company(*READ_MONEY),
    "GET /c/{slug}/money/invoices/{invoice}": company(*READ_MONEY),
    "GET /c/{slug}/money/invoices/{invoice}/papers/{name}": company(*READ_MONEY, name="paper"),
    "POST /c/{slug}/money/invoices/{invoice}/payment": company(*MOVE_MONEY),
    "GET /operator/documents": operator(),
    "GET /operator/documents.csv": operator(),
    "GET /operator/documents/{document}": operator(document="platform_invoice"),
    "GET /operator/documents/{document}/papers/{name}": operator(
        document="platform_invoice", name="statement_paper"
    ),
    "POST /operator/documents/packages": operator(),
    "GET /operator/documents/packages/{package}": operator(package="operators_package"),
    "GET /operator/documents/packages/{package}/documents.zip": operator(package="operators_package"),
    "POST /operator/documents/packages/{package}/stop": operator(package="operators_package"),
    "POST /operator/documents/packages/{package}/resumption": operator(package="operators_package"),
    "GET /operator/cover": operator(),
    "POST /operator/cover": operator(),
    "POST /operator/cover/{number}/booking": operator(number="cover"),
    "POST /operator/cover/{number}/refusal": operator(number="cover"),
    "GET /operator/receivables": operator(),
    "GET /operator/receivables.csv": operator(),
    "GET /operator/receivables/{invoice}": operator(),
    "GET /operator/receivables/{invoice}/papers/{name}": operator(name="paper"),
    "POST /operator/receivables/{invoice}/credit-notes": operator(),
    "POST /operator/receivables/{invoice}/cancellation": operator(),
    "POST /operator/receivables/{invoice}/write-off": operator(),
    # The operator's payouts; in the tests' world none is planned yet.
    "GET /operator/payouts": operator(),
    "POST /operator/payouts/run": operator(),
    "GET /operator/payouts/{payout}": Rule(frozenset()),
    "POST /operator/payouts/{payout}/approval": Rule(frozenset()),
    "POST /operator/payouts/{payout}/question": Rule(frozenset()),
    "POST /operator/operations/{operation}/retry": Rule(frozenset()),
}
