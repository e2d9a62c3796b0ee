-- Monthly payment statements, the operator's invoices for platform fees, and what was remitted of the tax withheld.
alter table billing_number drop constraint billing_number_kind_check;
-- A company issues its statements itself: each has a row of numbers of its own.
alter table billing_number add constraint billing_number_kind_check
  check (kind in ('invoice', 'credit_note', 'platform_invoice') or kind ~ '^statement:[0-9a-f-]{36}$');
alter table billing_document drop constraint billing_document_kind_check;
alter table billing_document add constraint billing_document_kind_check
  check (kind in ('invoice', 'credit_note', 'statement', 'platform_invoice'));

-- From when to when a payee was registered as an issuer of qualified invoices, and with which number.
create table payee_registration (
  owner text not null,
  number text not null check (number ~ '^T[0-9]{13}$'),
  valid_from date not null,
  valid_to date,
  noted_at timestamptz not null default business_now(),
  primary key (owner, valid_from),
  check (valid_to is null or valid_to >= valid_from)
);
call declare_scope('payee_registration', 'owner');
insert into payee_registration (owner, number, valid_from)
  select owner, registration_number, '2023-10-01' from payee where registration_number ~ '^T[0-9]{13}$';

create table statement (
  id uuid primary key default uuidv7(),
  owner text not null,
  payer text not null,
  month date not null check (extract(day from month) = 1),
  registration text not null default '',
  number bigint not null,
  status text not null default 'made' check (status in ('made', 'sent', 'confirmed', 'deemed', 'disputed', 'settled')),
  -- Both sides and the sums as they stood when it was made.
  issuer jsonb not null,
  payee jsonb not null,
  rates jsonb not null,
  work_amount bigint not null,
  bounty_amount bigint not null,
  tax_amount bigint not null,
  document_tax_amount bigint not null,
  deductible_amount bigint not null,
  withheld_amount bigint not null,
  netted_amount bigint not null,
  net_amount bigint not null,
  currency text not null default 'JPY',
  silence_days integer not null check (silence_days between 1 and 60),
  issued_on date not null default business_today(),
  made_at timestamptz not null default business_now(),
  sent_at timestamptz,
  answer_by date,
  answered_at timestamptz,
  disputed_line integer,
  dispute_reason text not null default '' check (length(dispute_reason) <= 1000),
  answer text not null default '' check (length(answer) <= 1000),
  settled_at timestamptz,
  unique (payer, number),
  unique (payer, owner, month, registration),
  check (net_amount = work_amount + bounty_amount + tax_amount - withheld_amount - netted_amount),
  check ((status = 'made') = (sent_at is null) and (sent_at is null) = (answer_by is null)),
  check (status <> 'disputed' or dispute_reason <> '')
);
create index statement_owner on statement (owner, month desc);
create index statement_month on statement (payer, month desc, number);
create index statement_silent on statement (answer_by) where status = 'sent';
call declare_scope('statement', 'owner', 'app_owns(owner) or app_owns(payer) or app_operator()');

create table statement_line (
  statement_id uuid not null references statement (id),
  position integer not null check (position > 0),
  owner text not null,
  payer text not null,
  item_id uuid not null references payable_item (id),
  kind text not null check (kind in ('fee', 'compensation', 'bounty', 'correction')),
  on_day date not null,
  title text not null,
  reference text not null,
  part text not null,
  rate_bp integer not null check (rate_bp between 0 and 5000),
  tax_included boolean not null,
  base_amount bigint not null,
  tax_amount bigint not null,
  withheld_amount bigint not null,
  netted_amount bigint not null,
  net_amount bigint not null,
  currency text not null default 'JPY',
  primary key (statement_id, position),
  check (net_amount = base_amount + tax_amount - withheld_amount - netted_amount)
);
-- One thing is stated once; what is withheld later is a correction on a later statement.
create unique index statement_line_item on statement_line (item_id) where kind <> 'correction';
create index statement_line_corrected on statement_line (item_id);
create index statement_line_payer on statement_line (payer, owner);
call declare_scope('statement_line', 'owner', 'app_owns(owner) or app_owns(payer) or app_operator()');
call declare_append_only('statement_line');

-- A month's work in batches: the cursor is committed with each batch.
create table statement_run (
  id uuid primary key default uuidv7(),
  owner text not null,
  month date not null check (extract(day from month) = 1),
  kind text not null check (kind in ('make', 'send')),
  status text not null default 'running' check (status in ('running', 'stopped', 'done')),
  cursor text not null default '',
  total_count integer not null default 0,
  done_count integer not null default 0,
  asked_by text not null,
  started_at timestamptz not null default business_now(),
  finished_at timestamptz,
  unique (owner, month, kind)
);
call declare_scope('statement_run', 'owner');

create table platform_invoice (
  id uuid primary key default uuidv7(),
  owner text not null,
  month date not null check (extract(day from month) = 1),
  number bigint not null unique,
  seller jsonb not null,
  buyer jsonb not null,
  rates jsonb not null,
  lines jsonb not null,
  fee_amount bigint not null,
  contract_tax_amount bigint not null,
  tax_amount bigint not null,
  borne_by text not null default '' check (borne_by in ('', 'balance', 'operator')),
  currency text not null default 'JPY',
  issued_on date not null default business_today(),
  made_at timestamptz not null default business_now(),
  unique (owner, month)
);
create index platform_invoice_month on platform_invoice (month, number);
call declare_scope('platform_invoice', 'owner');

create table withholding_remittance (
  owner text not null,
  month date not null check (extract(day from month) = 1),
  amount bigint not null,
  currency text not null default 'JPY',
  remitted_on date not null,
  noted_by text not null,
  noted_at timestamptz not null default business_now(),
  primary key (owner, month)
);
call declare_scope('withholding_remittance', 'owner');
-- What reached a person's bank, by day: the register of withholding reads it by month.
create index ledger_transfer_arrivals on ledger_transfer (happened_at) where kind in ('paid', 'returned');
create index payable_item_payer on payable_item (payer, created_at);
