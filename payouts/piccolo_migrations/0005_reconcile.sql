-- What the provider says has moved, and what our books say of it. A balance transaction is written by id, as it was last read.
create table provider_account (
  account text primary key,
  owner text not null default '',
  ledger_name text not null unique,
  ledger_account bigint,
  available_amount bigint,
  pending_amount bigint,
  currency text not null default 'JPY',
  looked_at timestamptz,
  pulled_to timestamptz
);
comment on column provider_account.account is 'the provider''s id; empty for the platform';
call declare_scope('provider_account', 'operator');

create table balance_transaction (
  id text primary key check (length(id) between 1 and 200),
  account text not null default '',
  kind text not null,
  category text not null default '',
  source text not null default '',
  -- What the source comes from: the transfer behind a payment on a connected account.
  origin text not null default '',
  amount bigint not null,
  fee_amount bigint not null,
  net_amount bigint not null,
  currency text not null,
  status text not null,
  description text not null default '',
  made_at timestamptz not null,
  available_at timestamptz not null,
  seen_at timestamptz not null default now(),
  check (net_amount = amount - fee_amount)
);
create index balance_transaction_made on balance_transaction (made_at);
create index balance_transaction_account on balance_transaction (account, made_at desc);
create index balance_transaction_source on balance_transaction (source) where source <> '';
call declare_scope('balance_transaction', 'operator');

-- Each transaction belongs to exactly one posting on its account, by the rule that is named; a fee may be a posting of its own.
-- No foreign keys: neither side is ever deleted, and checking a million rows would take longer than matching them.
create table balance_match (
  transaction_id text not null,
  part text not null default 'whole' check (part in ('whole', 'fee')),
  transfer_id uuid not null,
  account_id bigint not null,
  -- A payout that was refused left and came back: both halves meet at the posting that says so.
  half smallint not null default 0 check (half between 0 and 2),
  rule text not null,
  matched_at timestamptz not null default now(),
  primary key (transaction_id, part),
  unique (transfer_id, account_id, half)
);
call declare_scope('balance_match', 'operator');

-- One pull with its matching: which accounts, how far, what came of it.
create table reconcile_run (
  id uuid primary key default uuidv7(),
  status text not null default 'running' check (status in ('running', 'stopped', 'done')),
  phase text not null default 'pull'
    check (phase in ('pull', 'balances', 'match', 'judge', 'postings', 'close', 'arrivals', 'done')),
  -- How far the phase has come: a rule, a transaction, a payout.
  cursor text not null default '',
  day date not null default business_today(),
  since timestamptz not null,
  until timestamptz not null default business_now(),
  account_count integer not null default 0,
  accounts_done integer not null default 0,
  page_count integer not null default 0,
  seen_count integer not null default 0,
  new_count integer not null default 0,
  matched_count integer not null default 0,
  opened_count integer not null default 0,
  closed_count integer not null default 0,
  started_by text not null default '',
  started_name text not null default '',
  last_error text not null default '',
  started_at timestamptz not null default business_now(),
  moved_at timestamptz not null default now(),
  finished_at timestamptz
);
-- One at a time: what is matched stays true until the next one looks.
create unique index reconcile_run_open on reconcile_run ((true)) where status in ('running', 'stopped');
call declare_scope('reconcile_run', 'operator');

create table reconcile_window (
  run_id uuid not null references reconcile_run (id),
  account text not null,
  since timestamptz not null,
  cursor text not null default '',
  newest timestamptz,
  page_count integer not null default 0,
  done_at timestamptz,
  primary key (run_id, account)
);
call declare_scope('reconcile_window', 'operator');

-- A difference: found, owned, explained or posted away; never silently gone.
create table reconcile_break (
  id uuid primary key default uuidv7(),
  subject text not null,
  kind text not null,
  status text not null default 'open' check (status in ('open', 'proposed', 'resolved', 'closed')),
  account text not null,
  provider_account text not null default '',
  object_id text not null default '',
  transfer_id uuid,
  transfer_key text not null default '',
  reference text not null default '',
  expected_amount bigint,
  found_amount bigint,
  difference_amount bigint not null,
  currency text not null default 'JPY',
  -- What an entry would add to which account; the rest goes to suspense.
  corrections jsonb not null default '{}',
  facts jsonb not null default '{}',
  happened_at timestamptz not null,
  opened_at timestamptz not null default business_now(),
  -- The last run that still found it.
  run_id uuid,
  owner_ref text not null default '',
  owner_name text not null default '',
  resolution text not null default '' check (resolution in ('', 'entry', 'explanation')),
  into_account text not null default '',
  reason text not null default '' check (length(reason) <= 1000),
  proposed_ref text not null default '',
  proposed_name text not null default '',
  decided_ref text not null default '',
  decided_name text not null default '',
  closed_by_rule text not null default '',
  ended_at timestamptz,
  check ((status in ('resolved', 'closed')) = (ended_at is not null))
);
create unique index reconcile_break_live on reconcile_break (subject) where status in ('open', 'proposed');
create index reconcile_break_subject on reconcile_break (subject);
create index reconcile_break_age on reconcile_break (happened_at) where status in ('open', 'proposed');
create index reconcile_break_transfer on reconcile_break (transfer_id) where transfer_id is not null;
call declare_scope('reconcile_break', 'operator');

create table reconcile_note (
  id uuid primary key default uuidv7(),
  break_id uuid not null references reconcile_break (id),
  kind text not null check (kind in ('opened', 'changed', 'taken', 'noted', 'evidence', 'proposed', 'refused', 'resolved', 'closed')),
  text text not null default '' check (length(text) <= 2000),
  facts jsonb not null default '{}',
  by_ref text not null default '',
  by_name text not null default '',
  made_at timestamptz not null default business_now()
);
create index reconcile_note_break on reconcile_note (break_id, id);
call declare_scope('reconcile_note', 'operator');
call declare_append_only('reconcile_note');

create table reconcile_evidence (
  id uuid primary key default uuidv7(),
  break_id uuid not null references reconcile_break (id),
  name text not null check (length(name) between 1 and 200),
  media_type text not null,
  size integer not null check (size between 1 and 10485760),
  sha256 text not null check (length(sha256) = 64),
  content bytea not null,
  by_ref text not null default '',
  by_name text not null default '',
  made_at timestamptz not null default business_now()
);
create index reconcile_evidence_break on reconcile_evidence (break_id);
call declare_scope('reconcile_evidence', 'operator');
call declare_append_only('reconcile_evidence');

-- The operator's bank: which column of a bank's CSV means what, the files that came in, and their lines.
create table bank_layout (
  id uuid primary key default uuidv7(),
  bank text not null unique check (length(bank) between 1 and 80),
  header_rows integer not null check (header_rows between 0 and 20),
  columns jsonb not null,
  used_at timestamptz not null default business_now()
);
call declare_scope('bank_layout', 'operator');

create table bank_file (
  id uuid primary key default uuidv7(),
  account text not null check (account in ('bank:client', 'bank:operator')),
  kind text not null check (kind in ('zengin', 'csv')),
  name text not null check (length(name) between 1 and 200),
  bank text not null default '' check (length(bank) <= 80),
  sha256 text not null check (length(sha256) = 64),
  status text not null default 'preview' check (status in ('preview', 'imported', 'discarded')),
  content bytea not null,
  line_count integer not null default 0,
  new_count integer not null default 0,
  by_ref text not null default '',
  by_name text not null default '',
  made_at timestamptz not null default business_now(),
  imported_at timestamptz
);
create index bank_file_made on bank_file (made_at desc);
call declare_scope('bank_file', 'operator');

create table bank_line (
  id uuid primary key default uuidv7(),
  file_id uuid not null references bank_file (id),
  account text not null check (account in ('bank:client', 'bank:operator')),
  line integer not null,
  -- The same line of the same bank account is the same line, whichever file brings it.
  fingerprint text not null check (length(fingerprint) = 64),
  day date not null,
  amount bigint not null check (amount <> 0),
  currency text not null default 'JPY',
  balance_amount bigint,
  counterparty text not null default '',
  description text not null default '',
  reference text not null default '',
  unique (account, fingerprint)
);
create index bank_line_day on bank_line (account, day);
call declare_scope('bank_line', 'operator');

create table bank_match (
  line_id uuid primary key references bank_line (id),
  transfer_id uuid not null,
  account_id bigint not null,
  rule text not null,
  matched_at timestamptz not null default now(),
  unique (transfer_id, account_id)
);
call declare_scope('bank_match', 'operator');

-- What ties a leg to the provider: the transaction that paid an invoice, the bank's trace of a payout.
alter table invoice add column balance_transaction text unique;
alter table payout add column trace_id text not null default '';
