-- A mistake that is found on a statement: it is made void, with its reason, and what it stated is stated anew under a new number.
create table statement_correction (
  id uuid primary key default uuidv7(),
  owner text not null,
  payer text not null,
  month date not null check (extract(day from month) = 1),
  reason text not null check (length(reason) between 1 and 1000),
  by_ref text not null,
  by_name text not null,
  made_at timestamptz not null default business_now()
);
create index statement_correction_owner on statement_correction (owner, id desc);
call declare_scope('statement_correction', 'owner', 'app_owns(owner) or app_owns(payer) or app_operator()');
call declare_append_only('statement_correction');

alter table statement add column voided_by uuid references statement_correction (id);
alter table statement add column made_by uuid references statement_correction (id);
create index statement_voided_by on statement (voided_by) where voided_by is not null;
create index statement_made_by on statement (made_by) where made_by is not null;
alter table statement drop constraint statement_status_check;
alter table statement add constraint statement_status_check
  check (status in ('made', 'sent', 'confirmed', 'deemed', 'disputed', 'settled', 'void'));
alter table statement add constraint statement_void check ((status = 'void') = (voided_by is not null));
-- One that was void before it was sent never was.
alter table statement drop constraint statement_check1;
alter table statement add constraint statement_sent_check
  check (((status = 'made') = (sent_at is null) or status = 'void') and (sent_at is null) = (answer_by is null));
alter table statement drop constraint statement_payer_owner_month_registration_key;
create unique index statement_living on statement (payer, owner, month, registration) where status <> 'void';

-- A line is never changed, but that its statement is void, which never turns back; then its item is free to be stated again.
alter table statement_line add column void boolean not null default false;
drop index statement_line_item;
create unique index statement_line_item on statement_line (item_id) where kind <> 'correction' and not void;
drop trigger append_only on statement_line;
create function statement_line_only_void() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or not new.void or old.void or (to_jsonb(new) - 'void') <> (to_jsonb(old) - 'void')
    or not exists (select from statement where id = old.statement_id and status = 'void') then
    raise exception 'a line of a statement is kept as it is' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger append_only before update or delete on statement_line for each row execute function statement_line_only_void();
grant update (void) on statement_line to enishi_web, enishi_worker;

-- The paper of a void statement is stamped; what was sent stays as it was, byte for byte.
alter table billing_document drop constraint billing_document_kind_check;
alter table billing_document add constraint billing_document_kind_check
  check (kind in ('invoice', 'credit_note', 'statement', 'statement_void', 'platform_invoice'));

-- The cap of the transition in the payer's business year, when the statement was made; null on those of registered payees.
alter table statement add column cap_amount bigint;
create table payer_year (
  owner text primary key,
  first_month integer not null check (first_month between 1 and 12),
  noted_at timestamptz not null default business_now()
);
call declare_scope('payer_year', 'owner');
