"""What must always hold of referrals and their money: each query returns the rows that break its rule. Operator's scope."""

_HOLDING = (
    "('consent_pending', 'owned', 'screening', 'interview', 'offer', 'succeeded', 'guarantee', 'vested')"
)

RULES = {
    "a candidate has one holder for a bounty at the most": f"""
        select min(id::text) from claim where status in {_HOLDING}
        group by bounty_id, digest having count(*) > 1
        union all
        select min(id::text) from claim where status in {_HOLDING} and candidate_email <> ''
        group by bounty_id, lower(candidate_email) having count(*) > 1""",
    "no company reads of a claim before the candidate's consent": """
        select e.subject from activity_event e join claim c on e.subject = 'claim:' || c.id
        where c.consented_at is null and e.company_id is not null""",
    "a contact is kept only while its claim waits": """
        select c.id::text from claim_contact k join claim c on c.id = k.claim_id
        where c.status not in ('blocked', 'consent_pending')""",
    "a claim has succeeded when its success is recorded, and failed when its failure is": """
        select c.id::text from claim c left join claim_success s on s.claim_id = c.id left join claim_failure f on f.claim_id = c.id
        where (s.claim_id is not null) <> (c.status in ('succeeded', 'guarantee', 'vested', 'failed_guarantee'))
          or (f.claim_id is not null) <> (c.status = 'failed_guarantee')""",
    "the parts of a reward sum to it": """
        select s.claim_id::text from claim_success s
        where s.reward_amount <> (select coalesce(sum(t.amount), 0) from tranche t where t.claim_id = s.claim_id)""",
    "nothing vests before its day, or before its invoice is paid": """
        select t.id::text from tranche t join claim_success s on s.claim_id = t.claim_id
          left join invoice i on i.reference = 'claim:' || t.claim_id
        where (t.status in ('vested', 'clawed_back')) <> (t.vested_at is not null)
          or (t.vested_at is not null and (s.paid_at is null or i.status is distinct from 'paid'
            or (t.vested_at at time zone 'Asia/Tokyo')::date < t.vest_on))""",
    "each vested part is one item, of its amount": """
        select t.id::text from tranche t left join payable_item p
          on p.id = t.item_id and p.reference = 'claim:' || t.claim_id and p.part = t.number::text
        where t.vested_at is not null and (p.id is null or p.base_amount <> t.amount)
        union all
        select p.id::text from payable_item p where p.kind = 'bounty' and p.reference like 'claim:%'
          and not exists (select from tranche t where t.item_id = p.id)""",
    "an invoiced bounty is what was credited, has vested, runs its guarantee or awaits payment": """
        select i.reference from invoice i
        where i.status in ('open', 'paid') and i.bounty_amount <> (
            select coalesce(sum(n.bounty_amount), 0) from credit_note n where n.invoice_id = i.id)
          + (select coalesce(sum(t.amount), 0) from tranche t
             where 'claim:' || t.claim_id = i.reference and t.vested_at is not null)
          - (select coalesce(sum(a.balance), 0) from ledger_account a
             where a.name in (i.payee || ':unvested:' || split_part(i.reference, ':', 2),
                              i.payee || ':awaiting:' || split_part(i.reference, ':', 2)))""",
    "what is clawed back had vested, and its guarantee has failed": """
        select b.tranche from bounty_clawback b left join tranche t on t.id::text = b.tranche
          left join claim c on c.id = t.claim_id
        where t.status is distinct from 'clawed_back' or c.status <> 'failed_guarantee' or t.amount <> b.amount
        union all
        select t.id::text from tranche t where t.status = 'clawed_back'
          and not exists (select from bounty_clawback b where b.tranche = t.id::text)""",
}
