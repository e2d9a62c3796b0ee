"""What people are told of bounties, licences and reviews: the wording, and who is told."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marketplace.core import db
from marketplace.core.errors import N_
from marketplace.notifications.actions import notify
from marketplace.notifications.kinds import declare

_LOOK = N_("Look at the bounty")
_LICENCES = N_("Look at the licences")

for _name, _title, _body, _button in (
    (
        "bounty.ends_soon",
        N_("“%(title)s” takes referrals for one more week"),
        N_("It ends on %(closes_on)s. You can set a later day; referrals that are made go on in any case."),
        _LOOK,
    ),
    (
        "bounty.expired",
        N_("“%(title)s” has ended"),
        N_(
            "Its last day has passed, so it takes no new referrals. Those that are made go on by their terms."
        ),
        _LOOK,
    ),
    (
        "bounty.not_lawful",
        N_("“%(title)s” was paused: its reward is not lawful any more"),
        N_(
            "Rule %(rule)s does not permit it now. The page says why and which ways are open. Referrals that are made are checked again before anything is paid."
        ),
        N_("See why, and what is possible"),
    ),
    (
        "bounty.allowed",
        N_("“%(title)s” may be published"),
        N_("A person of the operator has looked at it and permits it: %(note)s"),
        N_("Publish it"),
    ),
    (
        "bounty.denied",
        N_("“%(title)s” may not be published like this"),
        N_("A person of the operator has looked at it and does not permit it: %(note)s"),
        _LOOK,
    ),
    (
        "bounty.review_wanted",
        N_("A review is wanted: “%(title)s”"),
        N_("The policy asks for a person. Look at the facts and decide."),
        N_("Look and decide"),
    ),
    (
        "licence.wanted",
        N_("A licence waits for a second person: %(number)s"),
        N_("It counts only after somebody other than who filed it has signed it off."),
        _LICENCES,
    ),
    (
        "licence.signed_off",
        N_("The permission %(number)s is signed off"),
        N_("From now on bounties may rely on it, until %(valid_to)s %(year)s."),
        _LICENCES,
    ),
    (
        "licence.ends_soon",
        N_("The licence %(number)s ends in %(days)s days"),
        N_(
            "It is valid until %(valid_to)s. After that, bounties that rely on it are paused. File its renewal in time."
        ),
        _LICENCES,
    ),
):
    declare(_name, title=_title, body=_body, button=_button)


async def tell_posters(
    bounty: Mapping[str, Any], kind: str, *, dedupe: str | None = None, **params: Any
) -> None:
    """Tell who posted a bounty and who is its contact; in the company's or the operator's scope."""
    rows = await db.fetch(
        """select distinct m.person_id, c.slug from member m join company c on c.id = m.company_id
           where m.id = any($1::uuid[]) and m.status = 'active'""",
        [bounty["posted_by"], bounty["contact_id"]],
    )
    for row in rows:
        await notify(
            kind,
            person=row["person_id"],
            company=bounty["company_id"],
            path=f"/c/{row['slug']}/bounties/{bounty['id']}",
            dedupe=f"{dedupe}:{row['person_id']}" if dedupe else None,
            title=bounty["title"],
            **params,
        )


async def tell_operators(
    kind: str, path: str, *, but: UUID | None = None, dedupe: str | None = None, **params: Any
) -> None:
    """Tell every person of the operator, but the one who has done it."""
    async with db.transaction(operator=True):
        rows = await db.fetch("select id from person where is_operator and id is distinct from $1", but)
        for row in rows:
            await notify(
                kind,
                person=row["id"],
                path=path,
                dedupe=f"{dedupe}:{row['id']}" if dedupe else None,
                **params,
            )


async def tell_owners(company: UUID, kind: str, *, dedupe: str | None = None, **params: Any) -> None:
    """Tell a company's owners, leading to its permissions."""
    rows = await db.fetch(
        """select m.person_id, c.slug from member m join company c on c.id = m.company_id
           where c.id = $1 and m.status = 'active' and 'owner' = any(m.roles)""",
        company,
    )
    for row in rows:
        await notify(
            kind,
            person=row["person_id"],
            company=company,
            path=f"/c/{row['slug']}/settings/permissions",
            dedupe=f"{dedupe}:{row['person_id']}" if dedupe else None,
            **params,
        )
