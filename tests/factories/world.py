"""Two companies that share an alumna, each with its people, tasks and contracts in every state: made by real actions."""

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from uuid import UUID, uuid4

from marketplace.alumni import actions as network
from marketplace.alumni import (
    asking,
    calendar_feed,
    calendars,
    free_time,
    imports,
    profile,
    queries,
    tokens,
    words,
)
from marketplace.alumni.notices import ASK_PURPOSE
from marketplace.alumni.week import Span
from marketplace.companies import actions as companies
from marketplace.companies import members
from marketplace.contracts import acceptance, delivery
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.money import yen
from marketplace.disputes import actions as disputes
from marketplace.documents import (
    export_job,  # noqa: F401 - prints what a package lacks
    exports,
)
from marketplace.documents.criteria import Criteria
from marketplace.funds import invoice_notices  # noqa: F401 - knows the companies as buyers
from marketplace.funds import statements as funds_statements
from marketplace.people import sign_in
from marketplace.referrals import bounty_import, consents, licences, success, verdicts
from marketplace.reviews import actions as reviews
from marketplace.tasks import (
    applications,
    assignment,
    assignment_job,  # noqa: F401 - computes proposals
    editing,
    invitations,
    publishing,
    substitutes,
    substituting,  # noqa: F401 - asks substitutes
)
from marketplace.tasks import brief as briefs
from payouts.statements import months, platform_invoices
from tests.factories import (
    alumni,
    billing,
    bounties,
    claims,
    closing,
    pipeline,
    reconciliation,
    statements,
    tasks,
    zengin,
)
from tests.factories import companies as companies_factory

ROLES = ("manager", "approver", "finance", "recruiter", "coordinator", "auditor")
CONTRACTS = ("concluded", "delivered", "approved", "disputed")
MISAKI = "misaki@alumni.example.jp"

CALENDAR = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\nEND:VCALENDAR\r\n"
FILE = "select f.id from delivery_file f join delivery d on d.id = f.delivery_id where d.contract_id = $1"


@dataclass(frozen=True)
class Names:
    """A company's words; no other company's page may hold one of them."""

    slug: str
    name: str
    name_en: str
    unit: str
    word: str

    @property
    def markers(self) -> tuple[str, ...]:
        return (self.slug, self.name_en, self.word)


AONAGI = Names("aonagi", "青凪製作所株式会社", "Aonagi Works", "青凪ブランド企画部", "青凪")
KURENE = Names("kurene", "紅嶺商事株式会社", "Kurene Trading", "紅嶺デジタル推進部", "紅嶺")


@dataclass(frozen=True)
class House:
    """One company: its members by role, its alumni by part, and the ids of what it has, by name."""

    names: Names
    members: dict[str, Actor]
    alumni: dict[str, Actor]
    firm: tasks.Firm
    things: dict[str, object] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        return self.names.slug

    @property
    def owner(self) -> Actor:
        return self.members["owner"]


@dataclass(frozen=True)
class World:
    """Two companies, the alumna of both, and the operator."""

    ours: House
    theirs: House
    shared: Actor
    operator: Actor


async def build() -> World:
    """Build the world in an empty database."""
    ours, theirs = await _house(AONAGI), await _house(KURENE)
    misaki = ours.alumni["shared"]
    await profile.introduce("佐藤 美咲", "ja", by=misaki)
    for house in (ours, theirs):
        await _offer(house)
        await _file(house)
        await _write(house)
        await _ask(house)
        await _refer(house)
    for house in (ours, theirs):
        await _agree(house)
    for house in (ours, theirs):
        await _bill(house, misaki)
        await _state(house, misaki)
    for house, person in ((ours, misaki), (theirs, theirs.alumni["other"])):
        house.things.update(await _own(person), **await _house_things())
        house.things.update(await _succeed(house), **await reconciliation.things())
        house.things.update(await zengin.things())
    ours.things.update(await closing.things(str(ours.owner.company), back=0))
    theirs.things.update(await closing.things(str(theirs.owner.company), back=1))
    operator = await _operator()
    package = await exports.start(Criteria(), by=operator)
    await tasks.work()
    for house in (ours, theirs):
        house.things["operators_package"] = package
    return World(ours, theirs, misaki, operator)


async def _bill(house: House, referrer: Actor) -> None:
    """Issue an invoice for a referral."""
    made = await billing.opened(
        company=str(house.owner.company),
        person=str(referrer.person),
        title=f"{house.names.word} 紹介成功報酬",
    )
    house.things.update(invoice=made.invoice, paper="invoice-ja.pdf")


async def _state(house: House, misaki: Actor) -> None:
    """State the month to the shared alumna, invoice its platform fees, and let her approved work reach her bank."""
    async with db.transaction(operator=True):
        month = months.first_of(await clock.today())
    [row] = await statements.state(str(house.owner.company), month, funds_statements.know)
    await platform_invoices.make(str(house.owner.company), month)
    await statements.reach_the_bank(str(misaki.person), [house.things["item"]])
    [waiting] = await tasks.rows(_ANOTHER, house.things["item"])
    house.things["item"] = waiting["id"]
    [invoice] = await tasks.rows(
        "select id from platform_invoice where owner = $1", f"company:{house.owner.company}"
    )
    house.things.update({
        "statement": row["id"], "platform_invoice": invoice["id"], "month": f"{month:%Y-%m}", "statement_paper": "ja.pdf",
        "document": row["id"], "package": await _pack(house), "payee": (misaki if house.names == AONAGI else house.alumni["other"]).person,
    })  # fmt: skip


async def _pack(house: House) -> UUID:
    """Pack the company's documents for an office that asks for them."""
    made = await exports.start(Criteria(), by=house.owner)
    await tasks.work()
    return made


_ANOTHER = """
insert into payable_item (owner, payer, reference, part, title, kind, tax_category, base_amount, tax_amount, withheld_amount,
    net_amount, currency, due_on)
select owner, payer, reference, '2', title, kind, tax_category, base_amount, tax_amount, withheld_amount, net_amount + adjusted_amount,
    currency, due_on from payable_item where id = $1 returning id
"""
"""A second part of approved work that still waits for its payment."""


async def _house(names: Names) -> House:
    domain = f"{names.slug}.example.jp"
    await companies.create(
        names.slug, names.name, name_en=names.name_en, owner_email=f"owner@{domain}",
        owner_name=f"{names.word} 代表", by=companies_factory.OPERATOR,
    )  # fmt: skip
    owner = await companies_factory.member(names.slug, f"owner@{domain}")
    assert owner.company is not None
    unit = await companies.add_unit(names.unit, yen(200_000), by=owner)
    people = {"owner": owner}
    for role in ROLES:
        at = unit if role == "manager" else None
        until = await companies_factory.last_day() if role == "auditor" else None
        await members.add(
            owner.company, f"{role}@{domain}", f"{names.word} {role}", [role], unit=at, until=until, by=owner
        )
        people[role] = await companies_factory.member(names.slug, f"{role}@{domain}")
    firm = tasks.Firm(names.slug, owner, people["manager"], people["approver"], unit)
    await tasks.top_up(owner, 2_000_000)
    house = House(names, people, {}, firm, {"unit": unit})
    assert people["auditor"].member is not None
    house.things["member"] = people["auditor"].member
    await _alumni(house)
    return house


async def _alumni(house: House) -> None:
    """Let the shared alumna and another join; import one more who has not answered."""
    for part, email in {"shared": MISAKI, "other": f"other@{house.slug}.example.jp"}.items():
        person, membership = await alumni.alumnus(
            house.owner, email, "tasks", "referrals", unit=house.names.unit
        )
        house.alumni[part] = person
        house.things[f"membership:{part}"] = membership
        if part != "shared":
            await profile.introduce(f"{house.names.word} 卒業生", "ja", by=person)
        await profile.put_skill("figma", 4, 3, by=person)
        await profile.put_skill("python", 3, 2, by=person)
        await free_time.set_week([Span(day, time(9), time(18)) for day in range(5)], by=person)
    house.things["membership"] = house.things["membership:shared"]
    newcomer = f"newcomer@{house.slug}.example.jp"
    await alumni.imported(
        house.owner, f"900001,{house.names.word} 新人,{newcomer},{house.names.unit},,2014-04-01,2022-03-31"
    )
    person = (await companies_factory.signed_in(newcomer)).as_alumnus()
    house.alumni["newcomer"] = person
    [invited] = await queries.my_networks(by=person)
    house.things["membership:newcomer"] = invited["id"]
    await network.invite([invited["id"]], by=house.owner)
    await alumni.work()


async def _offer(house: House) -> None:
    """Give the company tasks in several states, one of them with an application, and one for each contract to come."""
    firm, word = house.firm, house.names.word
    house.things["draft"] = await tasks.draft(firm, title=f"{word}の下書き")
    house.things["approval"] = await tasks.draft(firm, title=f"{word}の承認待ち", price=yen(190_000), seats=2)
    await publishing.publish(house.things["approval"], by=firm.manager)
    house.things["task"] = await tasks.published(firm, title=f"{word}の募集", seats=2)
    house.things["invitation"] = await tasks.invitation_of(house.things["task"], house.alumni["shared"])
    house.things["change"] = changed = await tasks.published(firm, title=f"{word}の変更待ち", mode="apply")
    dearer = replace(briefs.from_row(await tasks.row(changed)), price=yen(900_000))
    assert await editing.revise(changed, dearer, by=firm.manager) is None
    house.things["board"] = await tasks.published(firm, title=f"{word}の公募", mode="apply")
    house.things["application"] = await applications.apply(
        house.things["board"], f"{word}に応募します。", version=1, by=house.alumni["shared"]
    )
    house.things["assignment"] = await assignment.propose([house.things["task"]], by=firm.manager)
    await tasks.work()
    for state in CONTRACTS:
        house.things[f"task:{state}"] = await tasks.published(firm, title=f"{word}の仕事 {state}")


async def _agree(house: House) -> None:
    """Bring a contract of the shared alumna into each state that the parties reach by themselves."""
    word, misaki, manager = house.names.word, house.alumni["shared"], house.firm.manager
    for state in CONTRACTS:
        offered = await tasks.invitation_of(house.things[f"task:{state}"], misaki)
        house.things[state] = contract = await invitations.accept(offered, by=misaki)
        if state != "concluded":
            await delivery.deliver(contract, f"{word}へ納品します。", [(f"{word}.txt", b"done")], by=misaki)
    house.things["contract"] = house.things["delivered"]
    await _substitute(house)
    for name, contract in (("file", "delivered"), ("disputed_file", "disputed")):
        [row] = await tasks.rows(FILE, house.things[contract])
        house.things[name] = row["id"]
    await acceptance.approve(house.things["approved"], by=manager)
    [item] = await tasks.rows(
        "select id from payable_item where reference = $1", f"contract:{house.things['approved']}"
    )
    house.things["item"] = item["id"]
    house.things["dispute"] = await disputes.open_dispute(
        house.things["disputed"], yen(10_000), f"{word}の納品に不足があります。", by=manager
    )
    await reviews.write(house.things["approved"], 5, f"{word}と良い仕事ができました。", by=misaki)


async def _substitute(house: House) -> None:
    """Let the other alumnus agree to step in for the shared alumna; the company has not decided."""
    found = house.things["substitution"] = await substitutes.propose(
        house.things["concluded"],
        f"other@{house.slug}.example.jp",
        f"{house.names.word}に伺えません。",
        named=True,
        by=house.alumni["shared"],
    )
    await tasks.work()
    await substitutes.agree(found, version=1, by=house.alumni["other"])


async def _succeed(house: House) -> dict[str, object]:
    """Let the shared alumna have referred two people for business: one is looked at, one has succeeded."""
    owner, word = house.owner, house.names.word
    bounty = await pipeline.bounty(owner, house.firm.unit, "business", title=f"{word}の紹介先")
    at = pipeline.Scene(
        house.slug,
        owner,
        house.members["recruiter"],
        house.alumni["shared"],
        house.firm.unit,
        bounty,
        "business",
    )
    waiting = await pipeline.claim(at, f"waiting@{house.slug}.example.com", candidate_name=f"{word} 候補")
    done = await pipeline.claim(at, f"done@{house.slug}.example.com", candidate_name=f"{word} 成立")
    await success.record(
        done,
        happened_on=await pipeline.today(),
        evidence=f"{word}の発注書を受領",
        base=yen(500_000),
        by=owner,
    )
    flag = await claims.held(done)
    return {"claim:open": waiting, "claim:succeeded": done, "step": "screen", "flag": flag}


async def _file(house: House) -> None:
    """Leave an import waiting as a preview, and name a notice of the shared alumna."""
    row = (
        f"7,{house.names.word} 花子,hanako@{house.slug}.example.jp,{house.names.unit},,2014-04-01,2022-03-31"
    )
    house.things["import"] = await imports.stage(
        f"{house.slug}.csv", alumni.csv(row, "8,,x,,,,"), by=house.owner
    )
    async with db.transaction(operator=True):
        house.things["notice"] = await db.fetchval(
            "select id from notification where person_id = $1 and company_id = $2 limit 1",
            house.alumni["shared"].person,
            house.firm.company,
        )


async def _write(house: House) -> None:
    """Let the shared alumna write a word for a skill that nobody knows."""
    person = house.alumni["shared"]
    term = f"{house.names.word}流の{house.slug}"
    await words.keep(term, 3, 2, by=person)
    house.things["mention"] = next(row["id"] for row in await words.waiting(by=person) if row["term"] == term)
    async with db.transaction(operator=True):
        house.things["word"] = await db.fetchval("select id from skill_word where term = $1", term)


async def _ask(house: House) -> None:
    """Ask the network who has time, and name what the shared alumna was asked."""
    async with db.transaction(operator=True):
        day = await clock.today() + timedelta(days=10)
    question = asking.Question(day, time(10), time(12), note=f"{house.names.word}の棚卸し")
    house.things["ask"] = await asking.ask(question, by=house.owner)
    async with db.transaction(operator=True):
        answer = await db.fetchval(
            "select id from availability_answer where ask_id = $1 and person_id = $2",
            house.things["ask"],
            house.alumni["shared"].person,
        )
    house.things["answer"] = answer
    house.things["asked"] = tokens.sealed(ASK_PURPOSE, answer)


async def _refer(house: House) -> None:
    """Post a bounty that takes referrals and one that waits for a review; bring in a file; file a permission."""
    word, firm = house.names.word, house.firm
    house.things["bounty"] = await bounties.published(firm, "gig", title=f"{word}の紹介")
    house.things["bounty_report"] = await bounty_import.bring_in(
        f"kind,title\ngig,{word}の取込\nparty,x\n".encode(), by=house.owner
    )
    abroad = await bounties.draft(firm, "gig", title=f"{word}の海外の紹介", country="SG")
    async with db.transaction(operator=True):
        await verdicts.take("publish", bounty=abroad)
        house.things["review"] = await db.fetchval(
            "select id from policy_verdict where bounty_id = $1", abroad
        )
    house.things["claim"] = await claims.made(
        house.things["bounty"], house.alumni["shared"], word="ご一緒した方です。"
    )
    house.things["consent"] = await claims.link(house.things["claim"])
    gone = await claims.owned(house.things["bounty"], house.alumni["shared"], name=f"{word} 辞退")
    await consents.withdraw(await claims.link(gone, "candidate"))
    house.things["licence"] = await licences.file(
        await bounties.filing(number=f"{word}-0123", document_name=f"{house.slug}.pdf"), by=house.owner
    )


async def _own(person: Actor) -> dict[str, object]:
    """Return what a person has for himself: a day unlike the week, a skill, a mailed link; and what anybody finds."""
    async with db.transaction(operator=True):
        today: date = await clock.today()
        link = await sign_in.make_link(person.person, "/", sign_in.LIVES)
        reminded_at = await db.fetchval(
            "update alumnus_profile set availability_reminded_at = business_now() where person_id = $1 returning availability_reminded_at",
            person.person,
        )
    exception = await free_time.add_exception(today + timedelta(days=3), "busy", by=person)
    layer = await calendars.preview("mine.ics", CALENDAR, by=person)
    feed = await calendar_feed.renew(by=person)
    mine = await queries.my_profile(by=person)
    return {
        "exception": exception, "skill": mine["skills"][0]["skill_id"], "token": link, "asset": "app.js", "source": "platform",
        "person": person.person, "letter": 1, "layer": layer.row["id"], "feed": feed.rpartition("/")[2],
        "still_holds": tokens.sealed("still-holds", person.person, reminded_at.isoformat()),
    }  # fmt: skip


async def _house_things() -> dict[str, object]:
    """Return what the operator looks at: an account, a posting, a switch, a job; and payouts that are not there."""
    async with db.transaction(operator=True):
        return {
            "account": await db.fetchval("select min(id) from ledger_account"),
            "transfer": await db.fetchval("select id from ledger_transfer order by id limit 1"),
            "job": await db.fetchval("select id from outbox order by id desc limit 1"),
            "switch": "payouts",
            "payout": uuid4(),
            "operation": uuid4(),
            "cover": await db.fetchval(
                """insert into cover (amount, reason, asked_ref, asked_by)
                   values (1, 'dp1', 'person:somebody', '運営 次郎')
                   on conflict ((true)) where booked_at is null and dropped_at is null
                   do update set reason = excluded.reason returning id"""
            ),
        }


async def _operator() -> Actor:
    async with db.transaction(operator=True):
        person = await sign_in.find_or_add("operator@enishi.example.jp", "運営 太郎")
        await db.execute("update person set is_operator = true where id = $1", person)
    return (await companies_factory.signed_in("operator@enishi.example.jp")).as_operator()
