"""What must always hold of closed months: each query returns the rows that break its rule. Operator's scope."""

from payouts.closing import months

_CHANGED = """
select m.owner || ' ' || m.month from {table} m cross join lateral ({held}) held
where m.status = 'closed' and (held.postings, held.moved) <> (m.posting_count, m.moved_amount)"""
_OF_THE_ROW = months.HELD.replace("$2", "m.month").replace("$1", "m.owner")

RULES = {
    "I20 a closed month of the ledger holds what it held when it was closed": _CHANGED.format(
        table="ledger_month", held=_OF_THE_ROW
    ),
    "I20 a closed month of a company holds what it held when it was closed": _CHANGED.format(
        table="company_month", held=_OF_THE_ROW
    ),
    "a month is opened again by two people": """
        select r.id::text from reopening r where r.status = 'granted' and r.asked_by = r.decided_by""",
    "a closing package is whole": """
        select p.owner || ' ' || p.month from closing_package p where p.size <> (
          select sum(octet_length(c.content)) from closing_package_part c
          where c.owner = p.owner and c.month = p.month and c.version = p.version)""",
}
