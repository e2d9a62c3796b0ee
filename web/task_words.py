"""What the parts of a task are called, as sentences to translate."""

from collections.abc import Mapping

from marketplace.core.errors import N_

TAX_CATEGORIES: Mapping[str, str] = {
    "design": N_("Design (web too)"),
    "writing": N_("Writing"),
    "manuscript": N_("Manuscripts"),
    "translation": N_("Translation"),
    "interpreting": N_("Interpreting"),
    "lecture": N_("Lectures"),
    "training": N_("Training"),
    "publication_photography": N_("Photographs for publication"),
    "voice": N_("Voice"),
    "licensed_profession": N_("Work of a licensed profession"),
    "management_consulting": N_("Management consulting"),
    "coding": N_("Programming"),
    "site_building": N_("Building web sites"),
    "clerical": N_("Clerical work"),
}
MODES: Mapping[str, tuple[str, str]] = {
    "offer": (
        N_("Offers"),
        N_("Only people whom we invite see it, the best match first. Accepting concludes the contract."),
    ),
    "apply": (
        N_("Applications"),
        N_("Everybody in the network who wants tasks sees it. Your choice concludes the contract."),
    ),
}
ANSWERS: Mapping[str, tuple[bool, str]] = {
    "fixed_hours": (True, N_("We fix the hours of work")),
    "directed": (True, N_("We direct the work step by step")),
    "paid_by_hour": (True, N_("It is paid by the hour or the day")),
    "fixed_place": (True, N_("The work has to be done at our place")),
    "company_tools": (True, N_("We provide the main tools")),
    "may_substitute": (False, N_("Nobody else may help or stand in")),
    "may_refuse": (False, N_("Single requests cannot be refused")),
    "bears_no_risk": (True, N_("It is paid whatever the result")),
    "exclusive": (True, N_("No work for others meanwhile")),
    "same_work_as_employees": (True, N_("Employees do the same work beside them")),
    "penalties": (True, N_("There are penalties for lateness or absence")),
}
"""The answer that is a sign of employment, and the sentence that gives it."""

VERBS: Mapping[str, str] = {
    "posted": N_("%(name)s wrote the draft"),
    "edited": N_("%(name)s changed the draft"),
    "weights_changed": N_("%(name)s changed what counts for the order"),
    "approval_wanted": N_("%(name)s asked for an approval"),
    "approved": N_("%(name)s approved it"),
    "sent_back": N_("%(name)s sent it back: %(note)s"),
    "wish_withdrawn": N_("%(name)s took the wish to publish back"),
    "funding_wanted": N_("Waits for %(missing)s to be published"),
    "not_published": N_("Not published: the dates had passed"),
    "published": N_("Published; %(reserved)s set aside"),
    "wave_sent": N_("Wave %(wave)s sent, people asked: %(people)s"),
    "invited": N_("%(name)s invited %(person_name)s"),
    "assigned": N_("Invited by a proposal for many seats, people: %(people)s"),
    "accepted": N_("%(name)s accepted: the contract is concluded"),
    "declined": N_("%(name)s declined"),
    "applied": N_("%(name)s applied"),
    "application_withdrawn": N_("%(name)s withdrew the application"),
    "application_declined": N_("%(name)s declined an application"),
    "reconfirmed": N_("%(name)s agreed to the changed terms"),
    "chosen": N_("%(name)s chose an applicant: the contract is concluded"),
    "change_wanted": N_("%(name)s asked for an approval of a change"),
    "change_sent_back": N_("%(name)s sent the change back: %(note)s"),
    "change_withdrawn": N_("%(name)s took the change back"),
    "revised": N_("%(name)s changed the terms: version %(version)s"),
    "filled": N_("Every seat is taken"),
    "filled_partly": N_("The open seats were given up"),
    "seat_free": N_("An alumnus left; the seat is open again"),
    "waits": N_("%(name)s is on the waitlist"),
    "waits_no_more": N_("%(name)s left the waitlist"),
    "waitlist_asked": N_("The waitlist was asked first, people: %(people)s"),
    "substitute_agreed": N_("%(name)s agreed to step in as a substitute"),
    "substituted": N_("%(name)s accepted a substitute: the seat has changed hands"),
    "substitute_refused": N_("%(name)s said no to a substitute"),
    "paused": N_("%(name)s paused it"),
    "halted": N_("Paused: publishing is stopped for the company"),
    "resumed": N_("%(name)s resumed it"),
    "started": N_("The work has begun"),
    "completed": N_("All work is approved"),
    "closed": N_("Paid and closed"),
    "expired": N_("The offer ended; nobody took it"),
    "cancelled": N_("%(name)s cancelled it"),
}
