"""What is done to a planted task, one step each, by the people who would do it."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from marketplace.contracts import acceptance, delivery
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.disputes import actions as disputes
from marketplace.reviews import actions as reviews
from marketplace.seeds import payees
from marketplace.seeds.briefs import Spec
from marketplace.seeds.companies import Firm
from marketplace.tasks import applications, cancelling, drafts, invitations, publishing
from payouts import payables

FAILING_BANK = "1111113"
"""The sandbox sends back what is paid to this account."""


@dataclass(slots=True)
class Planted:
    """A task on its way to its fate; `contract` and `alumnus` are those of its first seat."""

    spec: Spec
    firm: Firm
    operator: Actor
    task: UUID = field(init=False)
    contract: UUID = field(init=False)
    alumnus: Actor = field(init=False)

    @property
    def manager(self) -> Actor:
        return self.firm.with_role("manager", self.spec.unit)


async def post(planted: Planted) -> None:
    """Write the draft."""
    async with db.transaction(operator=True):
        today = await clock.today()
    unit = planted.firm.units[planted.spec.unit]
    planted.task = await drafts.post(planted.spec.brief(today), unit=unit, by=planted.manager)


async def publish(planted: Planted) -> None:
    """Publish it, or leave the wish; an approver's decision is another step."""
    await post(planted)
    await publishing.publish(planted.task, by=planted.manager)


async def approve_task(planted: Planted) -> None:
    """Approve what is above the unit's limit."""
    await publishing.approve(planted.task, by=planted.firm.with_role("approver"))


async def accept(planted: Planted) -> None:
    """Let one of the invited take a seat: the one with the fewest contracts, the best match first."""
    async with db.transaction(operator=True):
        row = await db.fetchrow(
            """select i.id, i.person_id, p.name from invitation i join person p on p.id = i.person_id
               where i.task_id = $1 and i.status = 'sent'
               order by (select count(*) from contract c where c.person_id = i.person_id), i.rank, i.id limit 1""",
            planted.task,
        )
    if row is None:
        raise RuntimeError(f"nobody is invited to “{planted.spec.words['title']}”")
    planted.alumnus = Actor("alumnus", person=row["person_id"], name=row["name"])
    planted.contract = await invitations.accept(row["id"], by=planted.alumnus)


async def onboard(planted: Planted) -> None:
    """Let the alumnus give a bank account to the sandbox."""
    await payees.onboard(planted.alumnus)


async def onboard_with_failing_bank(planted: Planted) -> None:
    """Let the alumnus give an account that the bank has closed."""
    await payees.onboard(planted.alumnus, number=FAILING_BANK)


async def apply_some(planted: Planted) -> None:
    """Let three alumni who fit ask for a seat."""
    async with db.transaction(operator=True):
        rows = await db.fetch(
            """select m.person_id, p.name from task_match m join person p on p.id = m.person_id
               where m.task_id = $1 order by m.rank limit 3""",
            planted.task,
        )
    for row in rows:
        by = Actor("alumnus", person=row["person_id"], name=row["name"])
        await applications.apply(
            planted.task, "在職中に近い仕事をしていました。平日の夜に進められます。", version=1, by=by
        )


async def deliver(planted: Planted) -> None:
    """Hand the work in with a file."""
    text = f"{planted.spec.words['title']}\n\n納品物の一覧です。ご確認をお願いします。\n"
    await delivery.deliver(
        planted.contract,
        "納品いたします。ご確認をお願いします。",
        [("納品書.txt", text.encode())],
        by=planted.alumnus,
    )


async def approve(planted: Planted) -> None:
    """Accept the work."""
    await acceptance.approve(planted.contract, by=planted.manager)


async def request_changes(planted: Planted) -> None:
    """Ask for another round."""
    async with db.transaction(operator=True):
        today = await clock.today()
    await acceptance.request_changes(
        planted.contract,
        "仕様",
        "図版3と7の色が指針と違います。指針の4ページに合わせてください。",
        redeliver_on=today + timedelta(days=5),
        fault_of_alumnus=False,
        by=planted.manager,
    )


async def ask_early(planted: Planted) -> None:
    """Ask to be paid before the due date."""
    async with db.transaction(person=planted.alumnus.person):
        await payables.ask_early(str(planted.alumnus.person))


async def dispute(planted: Planted) -> None:
    """Dispute a part of the fee, by the company."""
    await disputes.open_dispute(
        planted.contract,
        yen(12_000),
        "1本目の訳文に、指定した用語集と違う語が11か所あります。",
        by=planted.manager,
    )


async def resolve(planted: Planted) -> None:
    """Answer the dispute and decide it as the operator."""
    async with db.transaction(operator=True):
        found = await db.fetchval("select id from dispute where contract_id = $1", planted.contract)
    await disputes.answer(found, "用語集は納品のあとに届きました。直しには応じます。", by=planted.alumnus)
    await disputes.resolve(
        found, yen(8_000), "用語集が遅れて届いたため、争いの3分の2を報酬とします。", by=planted.operator
    )


async def cancel(planted: Planted) -> None:
    """Cancel the task; what is concluded is compensated."""
    shown = await cancelling.price_of(planted.task, by=planted.manager)
    await cancelling.cancel(planted.task, "社内の予定が変わったため。", shown=shown, by=planted.manager)


async def pause(planted: Planted) -> None:
    """Stop inviting for a while, after the first wave."""
    await cancelling.pause(planted.task, by=planted.manager)


async def review_both(planted: Planted) -> None:
    """Let both sides review each other."""
    await reviews.write(planted.contract, 5, "期日より早く、丁寧な仕事でした。", by=planted.manager)
    await reviews.write(
        planted.contract, 5, "依頼の内容がはっきりしていて、進めやすかったです。", by=planted.alumnus
    )


async def review_as_alumnus(planted: Planted) -> None:
    """Let the alumnus alone review: nobody sees it yet."""
    await reviews.write(planted.contract, 4, "返事が早く、助かりました。", by=planted.alumnus)
