-- The ledger. Owners are opaque references (company:…, person:…); '' is the operator.
create table ledger_account (
  id bigint generated always as identity primary key,
  name text not null unique,
  kind text not null check (kind in ('asset', 'liability', 'revenue', 'expense', 'suspense')),
  purpose text not null,
  owner text not null default '',
  sign text not null check (sign in ('never_negative', 'never_positive', 'free')),
  currency text not null default 'JPY',
  balance bigint not null default 0,
  version bigint not null default 0,
  constraint ledger_account_sign check (
    case sign when 'never_negative' then balance >= 0 when 'never_positive' then balance <= 0 else true end)
);
create index ledger_account_owner on ledger_account (owner);
call declare_scope('ledger_account', 'owner', 'app_owns(owner) or app_operator() or app_ledger()');

create table ledger_transfer (
  id uuid primary key default uuidv7(),
  key text not null unique check (length(key) between 3 and 200),
  kind text not null,
  reference text not null default '',
  currency text not null default 'JPY',
  memo jsonb not null default '{}',
  happened_at timestamptz not null default business_now(),
  recorded_at timestamptz not null default now()
);
create index ledger_transfer_reference on ledger_transfer (reference);

create table ledger_entry (
  transfer_id uuid not null references ledger_transfer (id),
  account_id bigint not null references ledger_account (id),
  owner text not null default '',
  amount bigint not null check (amount <> 0),
  account_version bigint not null check (account_version > 0),
  balance_after bigint not null,
  primary key (transfer_id, account_id),
  unique (account_id, account_version)
);
create index ledger_entry_owner on ledger_entry (owner, transfer_id) where owner <> '';
call declare_scope('ledger_entry', 'owner', 'app_owns(owner) or app_operator() or app_ledger()');
call declare_append_only('ledger_entry');
call declare_scope('ledger_transfer', 'owner',
  'app_operator() or app_ledger() or exists (select from ledger_entry where ledger_entry.transfer_id = ledger_transfer.id and app_owns(ledger_entry.owner))');
call declare_append_only('ledger_transfer');
revoke delete, truncate on ledger_account from enishi_web, enishi_worker;
create trigger ledger_account_truncate before truncate on ledger_account for each statement execute function refuse_change();

-- Entries of one transfer are written by one statement, which sums to zero and holds at least two of them.
create function ledger_check_entries() returns trigger language plpgsql security definer
set search_path = public set app.ledger = 'on' as $$
declare bad record;
begin
  -- One look into the index for each transfer: a plan for many at once would read the whole table.
  select one.transfer_id, found.entries, found.total into bad from (select distinct transfer_id from added) one
  cross join lateral (select count(*) as entries, coalesce(sum(e.amount), 0) as total from ledger_entry e
                      where e.transfer_id = one.transfer_id) found
  where found.entries < 2 or found.total <> 0 limit 1;
  if found then
    raise exception 'ledger transfer % has % entries that sum to %', bad.transfer_id, bad.entries, bad.total
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger ledger_entry_balanced after insert on ledger_entry
  referencing new table as added for each statement execute function ledger_check_entries();
-- A transfer without entries is refused when its transaction commits.
create function ledger_check_transfer() returns trigger language plpgsql security definer
set search_path = public set app.ledger = 'on' as $$
begin
  if not exists (select from ledger_entry where transfer_id = new.id) then
    raise exception 'ledger transfer % has no entries', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger ledger_transfer_filled after insert on ledger_transfer
  deferrable initially deferred for each row execute function ledger_check_transfer();

-- The one statement that moves balances, for payouts/journal.py. Accounts are locked in the order of their names, and
-- none while one is missing (it is opened first: two clients would wait for each other); all or nothing is written. Returns a line per account found: its balance after, whether the sign rule allows it, and
-- whether the transfer was written (not if an account is missing, a balance is refused, or the key is known).
create function ledger_post(
  the_key text, the_kind text, about text, the_currency text, at timestamptz, names text[], amounts bigint[]
) returns table (account text, balance_after bigint, allowed boolean, posted boolean)
language plpgsql volatile set app.ledger = 'on' set plan_cache_mode = 'force_generic_plan' as $$
#variable_conflict use_column
begin
  -- PL/pgSQL keeps the plan of this statement; planning it takes as long as running it.
  return query
  with locked as materialized (
    select a.id, a.name, a.owner, a.sign, a.balance, a.version from ledger_account a
    where a.name = any(names) and a.currency = the_currency
      and (select count(*) from ledger_account b where b.name = any(names)) = cardinality(names)
    order by a.name for update
  ), line as materialized (
    select locked.*, given.amount,
      case locked.sign when 'never_negative' then locked.balance + given.amount >= 0
        when 'never_positive' then locked.balance + given.amount <= 0 else true end as allowed
    from locked join unnest(names, amounts) as given(name, amount) using (name)
  ), posted as (
    insert into ledger_transfer (key, kind, reference, currency, happened_at)
    select the_key, the_kind, about, the_currency, at
    where (select count(*) = cardinality(names) and bool_and(line.allowed) from line)
    on conflict (key) do nothing returning id
  ), moved as (
    -- From the locked row: the check constraint would first judge a.balance as this statement's snapshot has it.
    update ledger_account a set balance = line.balance + line.amount, version = line.version + 1
    from line, posted where a.id = line.id
    returning a.id, a.owner, a.balance, a.version, line.amount, posted.id as transfer_id
  ), written as (
    insert into ledger_entry (transfer_id, account_id, owner, amount, account_version, balance_after)
    select transfer_id, id, owner, amount, version, balance from moved
  )
  select line.name, line.balance + line.amount, line.allowed, exists (select from posted) from line;
end $$;

-- Who pays in, who is paid out: the provider's side of a company and of a person.
create table payer (
  owner text primary key,
  customer text unique,
  bank_instructions jsonb,
  created_at timestamptz not null default now()
);
call declare_scope('payer', 'owner');

create table topup (
  id uuid primary key default uuidv7(),
  owner text not null,
  method text not null check (method in ('card', 'bank')),
  amount bigint not null check (amount > 0),
  net_amount bigint,
  fee_amount bigint,
  currency text not null default 'JPY',
  status text not null default 'started' check (status in ('started', 'paid', 'failed', 'expired', 'refunded', 'charged_back')),
  checkout_session text unique,
  payment_intent text unique,
  charge text unique,
  balance_transaction text unique,
  refunded_amount bigint not null default 0,
  requested_by text not null default '',
  created_at timestamptz not null default business_now(),
  paid_at timestamptz
);
create index topup_owner on topup (owner, id desc);
call declare_scope('topup', 'owner');

create table payee (
  owner text primary key,
  account text unique,
  kind text not null default 'individual' check (kind in ('individual', 'corporation')),
  status text not null default 'new' check (status in ('new', 'started', 'incomplete', 'active', 'restricted', 'bank_needed')),
  requirements jsonb not null default '[]',
  registration_number text,
  bank_name text not null default '',
  bank_last4 text not null default '',
  rail text not null default 'stripe' check (rail in ('stripe', 'zengin')),
  updated_at timestamptz not null default now()
);
call declare_scope('payee', 'owner');

-- One thing owed to a person: a part of a contract, later a tranche. A payout gathers them.
create table payable_item (
  id uuid primary key default uuidv7(),
  owner text not null,
  payer text not null,
  reference text not null,
  part text not null default '1',
  title text not null,
  kind text not null check (kind in ('fee', 'compensation', 'bounty')),
  tax_category text not null,
  base_amount bigint not null check (base_amount > 0),
  tax_amount bigint not null default 0,
  withheld_amount bigint not null default 0,
  -- Withheld on top when the payments of one payer on one day were taken as one base.
  adjusted_amount bigint not null default 0,
  net_amount bigint not null check (net_amount > 0),
  currency text not null default 'JPY',
  due_on date not null,
  early_asked_at timestamptz,
  payout_id uuid,
  created_at timestamptz not null default business_now(),
  unique (reference, part),
  check (net_amount = base_amount + tax_amount - withheld_amount - adjusted_amount)
);
create index payable_item_due on payable_item (due_on) where payout_id is null;
create index payable_item_owner on payable_item (owner, id desc);
create index payable_item_payout on payable_item (payout_id);
call declare_scope('payable_item', 'owner', 'app_owns(owner) or app_owns(payer) or app_operator()');

create table payout (
  id uuid primary key default uuidv7(),
  owner text not null,
  amount bigint not null check (amount > 0),
  currency text not null default 'JPY',
  due_on date not null,
  status text not null default 'planned' check (status in ('planned', 'submitting', 'in_transit', 'paid', 'settled', 'held', 'unknown', 'failed', 'returned')),
  attempt integer not null default 0,
  hold_reason text not null default '',
  hold_owner text not null default '',
  hold_until timestamptz,
  transferred boolean not null default false,
  transfer text unique,
  provider_payout text unique,
  arrives_on date,
  failure_code text not null default '',
  planned_at timestamptz not null default business_now(),
  planned_on date not null default business_today(),
  submitted_at timestamptz,
  paid_at timestamptz,
  settled_at timestamptz,
  approved_by text not null default ''
);
create index payout_owner on payout (owner, id desc);
create unique index payout_day on payout (owner, currency, planned_on);
create index payout_status on payout (status, due_on) where status not in ('settled');
call declare_scope('payout', 'owner');
alter table payable_item add foreign key (payout_id) references payout (id);
-- A company reads the payouts that hold one of its items.
create policy read_payer on payout for select using (
  exists (select from payable_item where payable_item.payout_id = payout.id and app_owns(payable_item.payer)));

create table payout_attempt (
  payout_id uuid not null references payout (id),
  attempt integer not null check (attempt > 0),
  owner text not null,
  status text not null default 'submitting' check (status in ('submitting', 'in_transit', 'paid', 'failed', 'returned', 'unknown')),
  provider_payout text unique,
  failure_code text not null default '',
  started_at timestamptz not null default business_now(),
  ended_at timestamptz,
  primary key (payout_id, attempt)
);
call declare_scope('payout_attempt', 'owner');

-- One intended movement at the provider: its key and its request are stored before the call.
create table money_op (
  id uuid primary key default uuidv7(),
  kind text not null check (kind in ('transfer', 'payout', 'refund')),
  business_key text not null,
  reference text not null,
  owner text not null,
  params jsonb not null,
  request_hash text not null,
  state text not null default 'pending' check (state in ('pending', 'sending', 'succeeded', 'failed', 'unknown', 'needs_human')),
  attempt integer not null default 1,
  runs integer not null default 0,
  tries integer not null default 0,
  fence bigint not null default 0,
  lease_until timestamptz,
  next_run_at timestamptz not null default now(),
  first_sent_at timestamptz,
  provider_id text unique,
  last_error text not null default '',
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (kind, business_key)
);
create index money_op_due on money_op (next_run_at) where state in ('pending', 'sending', 'unknown');
create index money_op_reference on money_op (reference);
-- At most one live transfer for a payout: another attempt sends one only after the earlier was refused.
create unique index money_op_one_transfer on money_op (reference) where kind = 'transfer' and state <> 'failed';
call declare_scope('money_op', 'operator');

-- Inbound: verified, stored by event id, handled behind a lease.
create table stripe_event (
  id text primary key,
  source text not null check (source in ('platform', 'connect', 'thin', 'poll')),
  kind text not null,
  account text not null default '',
  object_id text not null default '',
  payload jsonb not null,
  received_at timestamptz not null default now(),
  handled_at timestamptz,
  outcome text not null default ''
);
create index stripe_event_open on stripe_event (received_at) where handled_at is null;
call declare_scope('stripe_event', 'operator');

create table kill_switch (
  name text primary key check (name in ('payouts', 'reserves')),
  stopped_at timestamptz,
  stopped_by text not null default '',
  stopped_ref text not null default '',
  reason text not null default ''
);
insert into kill_switch (name) values ('payouts'), ('reserves');
alter table kill_switch enable row level security;
alter table kill_switch force row level security;
create policy read_switch on kill_switch for select using (true);
create policy turn_switch on kill_switch for update using (app_operator()) with check (app_operator());
grant select, update on kill_switch to enishi_web, enishi_worker;
grant select on kill_switch to enishi_readonly;
comment on table kill_switch is 'scope: operator';
