"""What must always hold of statements: each query returns the rows that break its rule. Operator's scope."""

RULES = {
    "the sums of a statement are those of its lines": """
        select s.id from statement s join statement_line l on l.statement_id = s.id group by s.id
        having s.net_amount <> sum(l.net_amount) or s.withheld_amount <> sum(l.withheld_amount)
          or s.work_amount + s.bounty_amount <> sum(l.base_amount) or s.tax_amount <> sum(l.tax_amount)
          or s.netted_amount <> sum(l.netted_amount)""",
    "a stated line says what its item says": """
        select l.item_id from statement_line l join payable_item i on i.id = l.item_id
        where l.kind <> 'correction' and (l.base_amount, l.tax_amount, l.netted_amount, l.owner, l.payer)
          <> (i.base_amount, i.tax_amount, i.netted_amount, i.owner, i.payer)""",
    "a platform invoice is its postings in the ledger": """
        select p.id from platform_invoice p
        cross join lateral (select coalesce(sum((line ->> 'fee')::bigint), 0) as fee, coalesce(sum((line ->> 'tax')::bigint), 0) as tax
                            from jsonb_array_elements(p.lines) line) found
        where (found.fee, found.tax) <> (p.fee_amount, p.contract_tax_amount)
          or p.tax_amount - p.contract_tax_amount <> coalesce((
            select -e.amount from ledger_transfer t join ledger_entry e on e.transfer_id = t.id join ledger_account a on a.id = e.account_id
            where a.name = 'tax:output'
              and t.key = 'platform_invoice:' || split_part(p.owner, ':', 2) || ':' || to_char(p.month, 'YYYY-MM')), 0)""",
}
