-- Invoices for success fees and their credit notes. Owners are opaque references; numbers have no gaps.
create table billing_number (
  kind text primary key check (kind in ('invoice', 'credit_note')),
  last bigint not null default 0
);
call declare_scope('billing_number', 'operator', 'app_operator() or app_ledger()');

create table invoice (
  id uuid primary key default uuidv7(),
  owner text not null,
  payee text not null,
  reference text not null unique,
  number bigint unique,
  status text not null default 'draft' check (status in ('draft', 'open', 'paid', 'void', 'credited', 'uncollectible')),
  title text not null check (length(title) between 1 and 200),
  success_on date not null,
  fee_amount bigint not null check (fee_amount >= 0),
  tax_bp integer not null check (tax_bp between 0 and 5000),
  tax_amount bigint not null check (tax_amount >= 0),
  bounty_amount bigint not null check (bounty_amount >= 0),
  total_amount bigint generated always as (fee_amount + tax_amount + bounty_amount) stored,
  currency text not null default 'JPY',
  days_until_due integer not null check (days_until_due between 1 and 60),
  -- Seller and buyer as they stood when it was finalised: name, address, registration number.
  seller jsonb not null default '{}',
  buyer jsonb not null default '{}',
  issued_on date,
  due_on date,
  opened_at timestamptz,
  paid_at timestamptz,
  paid_from text check (paid_from in ('card', 'bank', 'balance')),
  net_amount bigint,
  provider_fee_amount bigint,
  ended_at timestamptz,
  end_reason text not null default '' check (length(end_reason) <= 500),
  provider_id text unique,
  hosted_url text not null default '',
  reminded text[] not null default '{}',
  created_at timestamptz not null default business_now(),
  check (fee_amount + tax_amount + bounty_amount > 0),
  check ((status = 'draft') = (number is null)),
  check ((number is null) = (issued_on is null) and (issued_on is null) = (due_on is null)),
  check (status <> 'paid' or paid_at is not null)
);
create index invoice_owner on invoice (owner, id desc);
create index invoice_open on invoice (due_on) where status = 'open';
call declare_scope('invoice', 'owner');

create table credit_note (
  id uuid primary key default uuidv7(),
  invoice_id uuid not null references invoice (id),
  owner text not null,
  number bigint not null unique,
  reason text not null check (length(reason) between 1 and 500),
  fee_amount bigint not null check (fee_amount >= 0),
  tax_amount bigint not null check (tax_amount >= 0),
  bounty_amount bigint not null check (bounty_amount >= 0),
  currency text not null default 'JPY',
  into_account text not null check (into_account in ('balance', 'receivable')),
  issued_on date not null,
  provider_id text unique,
  created_at timestamptz not null default business_now(),
  unique (invoice_id),
  check (fee_amount + tax_amount + bounty_amount > 0)
);
create index credit_note_owner on credit_note (owner, id desc);
call declare_scope('credit_note', 'owner');

-- The papers themselves, in each language, for ever.
create table billing_document (
  kind text not null check (kind in ('invoice', 'credit_note')),
  document_id uuid not null,
  locale text not null check (locale in ('ja', 'en')),
  owner text not null,
  content bytea not null,
  sha256 text not null check (length(sha256) = 64),
  made_at timestamptz not null default now(),
  primary key (kind, document_id, locale)
);
call declare_scope('billing_document', 'owner');
call declare_append_only('billing_document');

-- The provider's id of each rate of consumption tax, made on first use.
create table tax_rate (
  bp integer primary key check (bp between 1 and 5000),
  provider_id text not null unique
);
call declare_scope('tax_rate', 'operator');

-- Stripe's side of an invoice is made by money operations, too: key and request stored before each call.
alter table money_op drop constraint money_op_kind_check;
alter table money_op add constraint money_op_kind_check check (kind in ('transfer', 'payout', 'refund', 'invoice', 'invoice_item',
  'invoice_finalize', 'invoice_send', 'invoice_void', 'invoice_uncollectible', 'invoice_paid_out_of_band', 'credit_note'));
-- Several steps speak of one invoice there: a thing is made once, and each step on it is taken once.
alter table money_op drop constraint money_op_provider_id_key;
alter table money_op add constraint money_op_made unique (provider_id, kind);
