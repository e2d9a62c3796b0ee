-- What our roles are called in a company's accounting package, and what of a month has been exported.
create table account_mapping (
  owner text not null,
  package text not null check (package in ('freee', 'money_forward', 'yayoi')),
  role text not null,
  account text not null check (length(account) between 1 and 60),
  sub_account text not null default '' check (length(sub_account) <= 60),
  code text not null default '' check (length(code) <= 20),
  department text not null default '' check (length(department) <= 60),
  primary key (owner, package, role)
);
call declare_scope('account_mapping', 'owner');

create table tax_label (
  owner text not null,
  package text not null check (package in ('freee', 'money_forward', 'yayoi')),
  tax_class text not null,
  label text not null check (length(label) between 1 and 60),
  invoice_label text not null default '' check (length(invoice_label) <= 60),
  primary key (owner, package, tax_class)
);
call declare_scope('tax_label', 'owner');

-- The number that a slip got in its month when it was exported first; it keeps it. The hash says what it said then.
create table journal_slip (
  owner text not null,
  month date not null check (extract(day from month) = 1),
  key text not null,
  number integer not null check (number between 1 and 999999),
  sha256 text not null check (length(sha256) = 64),
  is_gone boolean not null default false,
  primary key (owner, month, key),
  unique (owner, month, number)
);
call declare_scope('journal_slip', 'owner');

-- Each download: which slips (after one number, up to another) in which form, and the hash of the bytes.
create table journal_export (
  id uuid primary key default uuidv7(),
  owner text not null,
  month date not null check (extract(day from month) = 1),
  package text not null check (package in ('freee', 'money_forward', 'yayoi')),
  encoding text not null check (encoding in ('utf8', 'sjis')),
  after_number integer not null check (after_number >= 0),
  last_number integer not null check (last_number >= after_number),
  slip_count integer not null check (slip_count > 0),
  row_count integer not null check (row_count > 0),
  debit_amount bigint not null,
  currency text not null default 'JPY',
  sha256 text not null check (length(sha256) = 64),
  made_by text not null,
  made_at timestamptz not null default business_now()
);
create index journal_export_month on journal_export (owner, month, id desc);
call declare_scope('journal_export', 'owner');
call declare_append_only('journal_export');
