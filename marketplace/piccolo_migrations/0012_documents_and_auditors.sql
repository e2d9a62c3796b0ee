-- Auditors come for a stated time: they read everything, change nothing, and are strangers on the day after their last.
alter table member add column until_on date;
update member set roles = array_remove(roles, 'auditor') where 'auditor' = any(roles) and cardinality(roles) > 1;
update member set until_on = business_today() + 365 where 'auditor' = any(roles);
alter table member add constraint member_auditor
  check (('auditor' = any(roles)) = (until_on is not null) and (until_on is null or cardinality(roles) = 1));
create index member_until on member (until_on) where until_on is not null and status = 'active';

-- As in 0001_people.sql, and a member whose last day is over holds nothing: asked at each request, by the business clock.
create or replace function session_of(digest bytea) returns table (
  person_id uuid, name text, email text, locale text, is_operator boolean, csrf_seed bytea, stale boolean,
  members jsonb, memberships jsonb, unread bigint
) language plpgsql stable set app.operator = 'on' as $$
#variable_conflict use_column
begin
  return query
  select p.id, p.name, p.email, p.locale, p.is_operator, s.csrf_seed, s.seen_at < now() - interval '10 minutes',
    coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'company_id', m.company_id, 'slug', c.slug, 'company', c.name,
                'company_en', c.name_en, 'name', m.name, 'roles', m.roles, 'unit_id', m.unit_id, 'unit', u.name) order by c.name)
              from member m join company c on c.id = m.company_id left join unit u on u.id = m.unit_id
              where m.person_id = p.id and m.status = 'active' and (m.until_on is null or business_today() <= m.until_on)), '[]'),
    coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'company_id', a.company_id, 'company', c.name, 'company_en', c.name_en,
                'status', a.status) order by c.name)
              from membership a join company c on c.id = a.company_id
              where a.person_id = p.id and a.status <> 'left'), '[]'),
    (select count(*) from (select from notification n where n.person_id = p.id and n.read_at is null limit 99) unread)
  from session s join person p on p.id = s.person_id
  where s.token_hash = session_of.digest and s.expires_at > now();
end $$;

-- A payment record (支払調書) as it was printed: printed again from other figures it is the next version, and both stay.
create table payment_record (
  id uuid primary key default uuidv7(),
  owner text not null,
  payee text not null,
  year integer not null check (year between 2000 and 2200),
  version integer not null check (version > 0),
  name text not null,
  paid_amount bigint not null,
  withheld_amount bigint not null,
  currency text not null default 'JPY',
  printed_by text not null,
  printed_at timestamptz not null default business_now(),
  unique (owner, payee, year, version)
);
call declare_scope('payment_record', 'owner');
call declare_append_only('payment_record');

create table payment_record_paper (
  record_id uuid not null references payment_record (id),
  locale text not null check (locale in ('ja', 'en')),
  owner text not null,
  content bytea not null,
  sha256 text not null check (length(sha256) = 64),
  primary key (record_id, locale)
);
call declare_scope('payment_record_paper', 'owner');
call declare_append_only('payment_record_paper');

-- How a name or a number is compared: one width, one case, no spaces.
create function document_key(said text) returns text language sql immutable strict parallel safe
  return casefold(regexp_replace(normalize(said, NFKC), '\s', '', 'g') collate pg_unicode_fast);

-- Every document of each side, to be found by day, amount and counterparty (Electronic Books Act, enforcement rules art. 2 (6) 5).
create table document_index (
  owner text not null check (owner = 'operator' or owner like 'company:%'),
  kind text not null check (kind in ('contract', 'statement', 'invoice', 'credit_note', 'platform_invoice', 'payment_record')),
  document_id uuid not null,
  number text not null,
  dealt_on date not null,
  amount bigint not null,
  currency text not null,
  counterparty text not null,
  counterparty_key text collate "C" not null generated always as (document_key(counterparty)) stored,
  number_key text collate "C" not null generated always as (document_key(number)) stored,
  primary key (owner, document_id)
);
create index document_by_day on document_index (owner, dealt_on, document_id);
create index document_by_amount on document_index (owner, amount, document_id);
create index document_by_counterparty on document_index (owner, counterparty_key, dealt_on, document_id);
create index document_by_counterparty_amount on document_index (owner, counterparty_key, amount, document_id);
create index document_by_number on document_index (owner, number_key, document_id);
call declare_scope('document_index', 'owner');
-- Whoever makes a document files it for both sides.
create policy file_document on document_index for insert with check (true);

-- The names among them, each once: a part of a name is looked for here, and the documents then by whole names.
create table document_party (
  owner text not null,
  key text collate "C" not null,
  primary key (owner, key)
);
call declare_scope('document_party', 'owner');
create policy file_party on document_party for insert with check (true);

create type filed_document as (
  owner text, kind text, document_id uuid, number text, dealt_on date, amount bigint, currency text, counterparty text
);
create function document_number(prefix text, number bigint) returns text language sql immutable parallel safe
  return prefix || '-' || lpad(number::text, greatest(6, length(number::text)), '0');

-- What a row of each kind is as a document: said once, for the triggers and for the sweep that compares.
create function documents_of(made invoice) returns setof filed_document language sql stable as $$
  select owner, 'invoice', made.id, document_number('INV', made.number), made.issued_on, made.total_amount, made.currency, name
  from (values (made.owner, coalesce(made.seller ->> 'name', '')), ('operator', coalesce(made.buyer ->> 'name', ''))) as side (owner, name)
  where made.number is not null
$$;
create function documents_of(made credit_note) returns setof filed_document language sql stable as $$
  select side.owner, 'credit_note', made.id, document_number('CN', made.number), made.issued_on,
    made.fee_amount + made.tax_amount + made.bounty_amount, made.currency, side.name
  from invoice i cross join lateral (values (made.owner, coalesce(i.seller ->> 'name', '')), ('operator', coalesce(i.buyer ->> 'name', ''))) as side (owner, name)
  where i.id = made.invoice_id
$$;
create function documents_of(made platform_invoice) returns setof filed_document language sql stable as $$
  select owner, 'platform_invoice', made.id, document_number('PF', made.number), made.issued_on, made.fee_amount + made.tax_amount,
    made.currency, name
  from (values (made.owner, coalesce(made.seller ->> 'name', '')), ('operator', coalesce(made.buyer ->> 'name', ''))) as side (owner, name)
$$;
create function documents_of(made statement) returns setof filed_document language sql stable as $$
  select made.payer, 'statement', made.id, document_number('PS', made.number), made.issued_on,
    made.work_amount + made.bounty_amount + made.tax_amount, made.currency, coalesce(made.payee ->> 'name', '')
$$;
create function documents_of(made contract_document) returns setof filed_document language sql stable as $$
  select 'company:' || c.company_id, 'contract', c.id, coalesce(s.terms ->> 'contract', c.id::text),
    (c.concluded_at at time zone 'Asia/Tokyo')::date, c.price_amount + c.tax_amount, c.currency, coalesce(s.terms #>> '{alumnus,name}', '')
  from contract c join lateral (
    select convert_from(body, 'UTF8')::jsonb as terms from terms_snapshot where contract_id = c.id) s on true
  where c.id = made.contract_id and made.kind = 'terms'
$$;
create function documents_of(made payment_record) returns setof filed_document language sql stable as $$
  select made.owner, 'payment_record', made.id, 'PR-' || made.year || '-' || right(made.payee, 6) || '-' || made.version,
    make_date(made.year, 12, 31), made.paid_amount, made.currency, made.name
$$;

create function file_document() returns trigger language plpgsql as $$
begin
  insert into document_index (owner, kind, document_id, number, dealt_on, amount, currency, counterparty)
    select * from documents_of(new) on conflict do nothing;
  insert into document_party (owner, key) select owner, document_key(counterparty) from documents_of(new) on conflict do nothing;
  return null;
end $$;
create trigger file_document after insert or update of number on invoice for each row
  when (new.number is not null) execute function file_document();
create trigger file_document after insert on credit_note for each row execute function file_document();
create trigger file_document after insert on platform_invoice for each row execute function file_document();
create trigger file_document after insert on statement for each row execute function file_document();
create trigger file_document after insert on contract_document for each row execute function file_document();
create trigger file_document after insert on payment_record for each row execute function file_document();

insert into document_index (owner, kind, document_id, number, dealt_on, amount, currency, counterparty)
  select d.* from invoice made, documents_of(made) d union all select d.* from credit_note made, documents_of(made) d
  union all select d.* from platform_invoice made, documents_of(made) d union all select d.* from statement made, documents_of(made) d
  union all select d.* from contract_document made, documents_of(made) d;
insert into document_party (owner, key) select distinct owner, counterparty_key from document_index;

-- What was found, packed for an office that asks for it: which papers, and how far their printing is.
create table document_export (
  id uuid primary key default uuidv7(),
  owner text not null,
  status text not null default 'running' check (status in ('running', 'stopped', 'done')),
  criteria jsonb not null,
  total_count integer not null check (total_count > 0),
  done_count integer not null default 0,
  asked_by text not null,
  asked_ref text not null,
  asked_at timestamptz not null default business_now(),
  finished_at timestamptz
);
create index document_export_owner on document_export (owner, id desc);
call declare_scope('document_export', 'owner');

create table document_export_item (
  export_id uuid not null references document_export (id),
  position integer not null check (position > 0),
  owner text not null,
  document_id uuid not null,
  primary key (export_id, position)
);
call declare_scope('document_export_item', 'owner');
call declare_append_only('document_export_item');
