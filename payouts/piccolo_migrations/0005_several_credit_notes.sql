-- An invoice may be credited on several occasions, each once; together never more than it asks for, part by part.
alter table credit_note add column occasion text not null default 'guarantee' check (length(occasion) between 1 and 80);
alter table credit_note alter column occasion drop default;
alter table credit_note drop constraint credit_note_invoice_id_key;
alter table credit_note add constraint credit_note_once unique (invoice_id, occasion);

create function credit_within_invoice() returns trigger language plpgsql as $$
declare
  asked record;
  given record;
begin
  select fee_amount, tax_amount, bounty_amount into asked from invoice where id = new.invoice_id for update;
  select coalesce(sum(fee_amount), 0) as fee, coalesce(sum(tax_amount), 0) as tax, coalesce(sum(bounty_amount), 0) as bounty
    into given from credit_note where invoice_id = new.invoice_id;
  if given.fee + new.fee_amount > asked.fee_amount or given.tax + new.tax_amount > asked.tax_amount
     or given.bounty + new.bounty_amount > asked.bounty_amount then
    raise exception 'the credit notes of invoice % are more than it asks for', new.invoice_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger credit_within_invoice before insert on credit_note for each row execute function credit_within_invoice();

-- What the operator brings in from its own money comes from an account whose other money this ledger does not know.
update ledger_account set sign = 'free' where name = 'bank:operator';

-- Money that the operator brings in to cover a loss: noted by one, booked by another.
create table cover (
  id uuid primary key default uuidv7(),
  amount bigint not null check (amount > 0),
  currency text not null default 'JPY',
  reason text not null check (length(reason) between 1 and 300),
  asked_ref text not null,
  asked_by text not null,
  asked_at timestamptz not null default business_now(),
  booked_ref text,
  booked_by text not null default '',
  booked_at timestamptz,
  dropped_at timestamptz,
  check (booked_at is null or dropped_at is null)
);
create unique index cover_one_waiting on cover ((true)) where booked_at is null and dropped_at is null;
call declare_scope('cover', 'operator');
