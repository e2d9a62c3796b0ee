"""What roles, intents, levels and weekdays are called, as sentences to translate."""

from collections.abc import Mapping

from marketplace.core.errors import N_

ROLES: Mapping[str, tuple[str, str]] = {
    "owner": (N_("Owner"), N_("Everything, and who may do what.")),
    "manager": (N_("Manager"), N_("Posts tasks of a unit, chooses people, accepts the work.")),
    "approver": (N_("Approver"), N_("Approves tasks above a manager's limit.")),
    "finance": (N_("Finance"), N_("Funds tasks, reads invoices and statements.")),
    "recruiter": (N_("Recruiter"), N_("Invites alumni and follows referrals.")),
    "coordinator": (N_("Coordinator"), N_("Looks after the network: imports, invites.")),
    "auditor": (N_("Auditor"), N_("Reads everything, changes nothing.")),
}
INTENTS: Mapping[str, tuple[str, str]] = {
    "tasks": (
        N_("Spot tasks"),
        N_("The company may offer you short work that fits your skills, time and rate."),
    ),
    "referrals": (N_("Referrals"), N_("The company may ask you for introductions of people or business.")),
    "news": (N_("News"), N_("You get news of the company and of its alumni.")),
    "reachable": (
        N_("Just reachable"),
        N_("Former colleagues at the company may write to you. Nothing else."),
    ),
}
LEVELS: Mapping[int, tuple[str, str]] = {
    1: (N_("Beginner"), N_("has learned the basics")),
    2: (N_("With help"), N_("works under guidance")),
    3: (N_("On my own"), N_("delivers without help")),
    4: (N_("Experienced"), N_("solves what is hard, reviews others")),
    5: (N_("Expert"), N_("others come to ask")),
}
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
MEMBERSHIP_STATES: Mapping[str, tuple[str, str]] = {
    "invited": (N_("Not joined yet"), ""),
    "active": (N_("Joined"), "ok"),
    "left": (N_("Left"), "warn"),
}
