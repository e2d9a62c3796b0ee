-- The second rail: a person's own bank account, the bank transfer files (総合振込) that the operator pays from bank:client,
-- and what the bank says of them.
create table bank_account (
  id uuid primary key default uuidv7(),
  owner text not null,
  bank_code text not null check (bank_code ~ '^[0-9]{4}$'),
  bank_name text not null check (length(bank_name) between 1 and 100),
  branch_code text not null check (branch_code ~ '^[0-9]{3}$'),
  branch_name text not null check (length(branch_name) between 1 and 100),
  kind smallint not null check (kind in (1, 2, 4)),
  last_digits text not null check (last_digits ~ '^[0-9]{3}$'),
  -- Number and holder, and the names that a file prints: sealed.
  sealed bytea not null,
  usable_from timestamptz not null default business_now(),
  given_at timestamptz not null default business_now(),
  ended_at timestamptz
);
create unique index bank_account_current on bank_account (owner) where ended_at is null;
call declare_scope('bank_account', 'owner');

-- Which rail the current attempt of a payout takes: it says from which of our accounts the money leaves.
alter table payout add column rail text not null default 'stripe' check (rail in ('stripe', 'zengin'));

create table transfer_file (
  id uuid primary key default uuidv7(),
  number bigint generated always as identity unique,
  status text not null default 'made'
    check (status in ('made', 'checked', 'downloaded', 'settled', 'partly_returned', 'cancelled', 'void')),
  pay_on date not null,
  row_count integer not null check (row_count between 1 and 1000),
  amount bigint not null check (amount > 0),
  currency text not null default 'JPY',
  -- The bytes as the bank gets them, sealed; their hash in the open.
  sealed bytea,
  sha256 text not null default '' check (sha256 = '' or length(sha256) = 64),
  made_ref text not null,
  made_by text not null default '',
  made_at timestamptz not null default business_now(),
  checked_ref text not null default '',
  checked_by text not null default '',
  checked_at timestamptz,
  downloaded_ref text not null default '',
  downloaded_by text not null default '',
  downloaded_at timestamptz,
  ended_ref text not null default '',
  ended_by text not null default '',
  ended_at timestamptz,
  -- Two people, whatever a page or a program says.
  constraint transfer_file_two_people check (checked_ref = '' or checked_ref <> made_ref),
  check ((checked_ref = '') = (checked_at is null)),
  check (status in ('made', 'cancelled') or checked_at is not null),
  check (status in ('made', 'checked', 'cancelled') or (downloaded_at is not null and sealed is not null)),
  check (status <> 'cancelled' or downloaded_at is null)
);
create index transfer_file_made on transfer_file (made_at desc);
call declare_scope('transfer_file', 'operator');
-- What was made is never changed: neither its bytes nor its sums nor who made it.
create function transfer_file_keep() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (old.sealed is not null and (new.sealed, new.sha256, new.amount, new.row_count, new.pay_on, new.made_ref)
      is distinct from (old.sealed, old.sha256, old.amount, old.row_count, old.pay_on, old.made_ref))
      or (old.checked_at is not null and (new.checked_ref, new.checked_at) is distinct from (old.checked_ref, old.checked_at)) then
    raise exception 'transfer file % is kept as it was made', old.number using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger transfer_file_kept before update or delete on transfer_file for each row execute function transfer_file_keep();

create table transfer_row (
  file_id uuid not null references transfer_file (id),
  position integer not null check (position > 0),
  owner text not null,
  payout_id uuid not null references payout (id),
  attempt integer not null default 0,
  account_id uuid not null references bank_account (id),
  amount bigint not null check (amount > 0),
  currency text not null default 'JPY',
  pay_on date not null,
  status text not null default 'waiting' check (status in ('waiting', 'sent', 'paid', 'failed', 'returned', 'dropped', 'void')),
  code text not null default '',
  told_at timestamptz,
  primary key (file_id, position)
);
-- A payout is in at most one file that is under way.
create unique index transfer_row_live on transfer_row (payout_id) where status in ('waiting', 'sent');
create index transfer_row_payout on transfer_row (payout_id);
create index transfer_row_sent on transfer_row (file_id) where status = 'sent';
call declare_scope('transfer_row', 'owner');

-- What was told of a file: by the bank's file, or by hand with another's eyes; `told` has the code of each place.
create table transfer_result (
  id uuid primary key default uuidv7(),
  file_id uuid not null references transfer_file (id),
  kind text not null check (kind in ('file', 'hand', 'void')),
  status text not null default 'proposed' check (status in ('proposed', 'accepted', 'done', 'refused')),
  told jsonb not null,
  differ jsonb not null default '{}',
  name text not null default '' check (length(name) <= 200),
  sha256 text not null default '',
  line_id uuid references bank_line (id),
  reason text not null default '' check (length(reason) <= 300),
  by_ref text not null,
  by_name text not null default '',
  made_at timestamptz not null default business_now(),
  decided_ref text not null default '',
  decided_by text not null default '',
  decided_at timestamptz,
  done_at timestamptz,
  constraint transfer_result_two_people
    check (kind = 'file' or status in ('proposed', 'refused') or (decided_ref <> '' and decided_ref <> by_ref))
);
create unique index transfer_result_open on transfer_result (file_id) where status in ('proposed', 'accepted');
create index transfer_result_file on transfer_result (file_id, id);
call declare_scope('transfer_result', 'operator');

-- A bank debits a file as one line, which then belongs to every posting of it.
alter table bank_match drop constraint bank_match_pkey;
alter table bank_match add primary key (transfer_id, account_id);
alter table bank_match drop constraint bank_match_transfer_id_account_id_key;
create unique index bank_match_line on bank_match (line_id) where rule <> 'bank_transfer_file';
create index bank_match_lines on bank_match (line_id);
