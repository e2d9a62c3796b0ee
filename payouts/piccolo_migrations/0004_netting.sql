-- A bounty that must come back after it vested: taken from later bounties only, and then credited to the company.
create table bounty_clawback (
  tranche text primary key,
  owner text not null,
  payer text not null,
  amount bigint not null check (amount > 0),
  recovered_amount bigint not null default 0 check (recovered_amount between 0 and amount),
  currency text not null default 'JPY',
  made_at timestamptz not null default business_now()
);
create index bounty_clawback_open on bounty_clawback (owner, made_at) where recovered_amount < amount;
call declare_scope('bounty_clawback', 'owner', 'app_owns(owner) or app_owns(payer) or app_operator()');

-- What of an item was kept for earlier bounties that must come back; fees for work are never netted.
alter table payable_item add column netted_amount bigint not null default 0;
alter table payable_item drop constraint payable_item_check;
alter table payable_item add constraint payable_item_check
  check (net_amount = base_amount + tax_amount - withheld_amount - adjusted_amount - netted_amount);
alter table payable_item add constraint payable_item_netting check (netted_amount = 0 or kind = 'bounty');
-- A bounty may be netted to nothing; it is then an item that no payout needs to carry.
alter table payable_item drop constraint payable_item_net_amount_check;
alter table payable_item add constraint payable_item_net_amount_check
  check (net_amount > 0 or (net_amount = 0 and kind = 'bounty'));
