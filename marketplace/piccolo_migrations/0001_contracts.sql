create table contract (
  id uuid primary key default uuidv7(),
  company_id uuid not null,
  task_id uuid not null,
  task_version integer not null,
  seat_id uuid not null references seat (id),
  person_id uuid not null references person (id),
  unit_id uuid not null,
  contact_id uuid not null,
  status text not null default 'concluded' check (status in ('concluded', 'running', 'delivered', 'changes_requested', 'approved', 'paid', 'cancelled', 'disputed', 'resolved')),
  title text not null,
  price_amount bigint not null check (price_amount > 0),
  tax_amount bigint not null check (tax_amount >= 0),
  withheld_amount bigint not null check (withheld_amount >= 0),
  fee_amount bigint not null check (fee_amount >= 0),
  fee_tax_amount bigint not null check (fee_tax_amount >= 0),
  currency text not null default 'JPY',
  tax_category text not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  deliver_on date not null,
  inspection_days integer not null check (inspection_days between 1 and 30),
  pay_rule text not null check (pay_rule in ('day60', 'month_close_next_month_end')),
  stated_due_on date not null,
  concluded_at timestamptz not null default business_now(),
  received_on date,
  inspect_by timestamptz,
  pay_on date,
  rounds integer not null default 0,
  approved_at timestamptz,
  approved_by_silence boolean not null default false,
  cancelled_at timestamptz,
  cancelled_by text check (cancelled_by in ('company', 'alumnus')),
  cancel_reason text not null default '',
  paid_on date,
  reminded text[] not null default '{}',
  foreign key (company_id, task_id) references task (company_id, id),
  check (status not in ('delivered', 'changes_requested') or (received_on is not null and pay_on is not null)),
  check (status <> 'delivered' or inspect_by is not null),
  check ((status = 'cancelled') = (cancelled_by is not null) and (cancelled_by is null) = (cancelled_at is null)),
  foreign key (company_id, person_id) references membership (company_id, person_id),
  foreign key (company_id, unit_id) references unit (company_id, id),
  foreign key (company_id, contact_id) references member (company_id, id),
  unique (company_id, id)
);
create index contract_person on contract (person_id, status, id desc);
create index contract_company on contract (company_id, status, id desc);
create index contract_task on contract (task_id);
create index contract_inspection on contract (inspect_by) where status in ('delivered', 'changes_requested');
create index contract_start on contract (starts_at) where status = 'concluded';
create index contract_delivery on contract (deliver_on) where status in ('concluded', 'running');
call declare_scope('contract', 'shared');

-- The agreement itself: canonical bytes, their hash, for ever.
create table terms_snapshot (
  contract_id uuid primary key references contract (id),
  company_id uuid not null,
  person_id uuid not null,
  body bytea not null,
  sha256 text not null check (length(sha256) = 64),
  created_at timestamptz not null default business_now()
);
call declare_scope('terms_snapshot', 'shared');
call declare_append_only('terms_snapshot');
alter table contract add constraint contract_has_terms foreign key (id) references terms_snapshot (contract_id) deferrable initially deferred;

create table terms_addendum (
  id uuid primary key default uuidv7(),
  contract_id uuid not null references contract (id),
  company_id uuid not null,
  person_id uuid not null,
  kind text not null,
  body jsonb not null,
  created_at timestamptz not null default business_now(),
  acknowledged_at timestamptz
);
call declare_scope('terms_addendum', 'shared');

create table contract_document (
  contract_id uuid not null references contract (id),
  kind text not null check (kind in ('terms')),
  company_id uuid not null,
  person_id uuid not null,
  content bytea not null,
  sha256 text not null check (length(sha256) = 64),
  sealed_at timestamptz not null default now(),
  primary key (contract_id, kind)
);
call declare_scope('contract_document', 'shared');
call declare_append_only('contract_document');

-- Proof that the terms reached the alumnus: made ready, mailed, opened.
create table terms_receipt (
  contract_id uuid not null references contract (id),
  company_id uuid not null,
  person_id uuid not null,
  kind text not null check (kind in ('in_app', 'mailed', 'opened', 'downloaded')),
  at timestamptz not null default business_now(),
  primary key (contract_id, kind)
);
call declare_scope('terms_receipt', 'shared');
call declare_append_only('terms_receipt');

create table delivery (
  id uuid primary key default uuidv7(),
  contract_id uuid not null references contract (id),
  company_id uuid not null,
  person_id uuid not null,
  round integer not null check (round > 0),
  message text not null check (length(message) between 1 and 10000),
  received_at timestamptz not null default business_now(),
  unique (contract_id, round)
);
call declare_scope('delivery', 'shared');
call declare_append_only('delivery');

create table delivery_file (
  id uuid primary key default uuidv7(),
  delivery_id uuid not null references delivery (id),
  company_id uuid not null,
  person_id uuid not null,
  name text not null check (length(name) between 1 and 200),
  media_type text not null,
  size integer not null check (size between 1 and 10485760),
  sha256 text not null,
  content bytea not null
);
create index delivery_file_delivery on delivery_file (delivery_id);
call declare_scope('delivery_file', 'shared');
call declare_append_only('delivery_file');

create table change_request (
  id uuid primary key default uuidv7(),
  contract_id uuid not null references contract (id),
  company_id uuid not null,
  person_id uuid not null,
  round integer not null check (round between 1 and 2),
  term text not null check (length(term) between 1 and 200),
  message text not null check (length(message) between 1 and 10000),
  fault_of_alumnus boolean not null,
  redeliver_on date not null,
  at timestamptz not null default business_now(),
  unique (contract_id, round)
);
call declare_scope('change_request', 'shared');

create table dispute (
  id uuid primary key default uuidv7(),
  contract_id uuid not null references contract (id),
  company_id uuid not null,
  person_id uuid not null,
  opened_by text not null check (opened_by in ('company', 'alumnus')),
  amount bigint not null check (amount > 0),
  currency text not null default 'JPY',
  reason text not null check (length(reason) between 1 and 10000),
  answer text not null default '' check (length(answer) <= 10000),
  status text not null default 'open' check (status in ('open', 'resolved')),
  awarded_amount bigint check (awarded_amount between 0 and amount),
  resolution text not null default '' check (length(resolution) <= 10000),
  opened_at timestamptz not null default business_now(),
  resolved_at timestamptz,
  answered_at timestamptz,
  reminded_at timestamptz,
  check ((answer = '') = (answered_at is null)),
  check ((status = 'resolved') = (awarded_amount is not null))
);
create unique index dispute_one_open on dispute (contract_id) where status = 'open';
call declare_scope('dispute', 'shared');

-- Double-blind: the other side reads it when it is revealed.
create table review (
  id uuid primary key default uuidv7(),
  contract_id uuid not null references contract (id),
  company_id uuid not null,
  person_id uuid not null,
  side text not null check (side in ('company', 'alumnus')),
  rating smallint not null check (rating between 1 and 5),
  words text not null default '' check (length(words) <= 2000),
  written_at timestamptz not null default business_now(),
  revealed_at timestamptz,
  reminded_at timestamptz,
  unique (contract_id, side)
);
create index review_hidden on review (written_at) where revealed_at is null;
call declare_scope('review', 'shared',
  '(side = ''company'' and company_id = app_company()) or (side = ''alumnus'' and person_id = app_person()) or app_operator()');
create policy read_revealed on review for select using (revealed_at is not null and (company_id = app_company() or person_id = app_person()));
